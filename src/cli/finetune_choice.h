// tacho finetune: which of its two ways adapts better, tried on samples that the fits did not see.
#pragma once

#include <cstddef>
#include <string>

#include "cli/finetune_full.h"
#include "cli/finetune_samples.h"

namespace tacho {

struct WaysCompared {
  size_t folds = 0;
  size_t samples = 0;   ///< each left out once
  double few_shot = 0;  ///< mean error on those left out, in percent
  double all_weights = 0;
};

/// Cross-validation in three folds (see folds_of()); as many trainings. From more samples than a
/// thousand, of a thousand evenly spread ones. Samples have totals and are of two models or more;
/// `full.output` is not touched. Throws Error if a training fails.
WaysCompared compare_ways(const GnnPredictor& predictor, const AdaptationSamples& samples,
                          const SampleOptions& options, const FullOptions& full);

}  // namespace tacho
