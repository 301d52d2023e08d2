// tacho finetune: what a few-shot fit did, and how far it can be trusted.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/finetune_samples.h"
#include "common/metrics.h"
#include "common/table.h"

namespace tacho {

/// The accuracy on samples that a fit to the others did not see.
struct LeftOut {
  size_t fitted = 0;   ///< samples the fits had, at least
  bool models = true;  ///< whole models were left out
  Accuracy accuracy;
};

struct FewShotResult {
  FewShotFit fit;
  std::vector<std::pair<std::string, double>> nearest;  ///< device, share; the greatest first
  bool dead_told = false;         ///< the samples have kernels that only some runtimes run
  std::vector<LeftOut> left_out;  ///< ascending in `fitted`; empty below two samples
  AdaptedPlatform platform;
};

/// Fits, leaves out, and derives the band from that.
FewShotResult fit_platform(const GnnPredictor& predictor, const AdaptationSamples& samples,
                           const std::string& name);

/// Rows of item and value.
Table result_table(const FewShotResult& result, const std::string& method);
nlohmann::ordered_json result_json(const FewShotResult& result);

}  // namespace tacho
