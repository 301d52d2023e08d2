// tacho finetune: from a labels file to the measurements it adapts to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/labels.h"
#include "gnn/serve/few_shot.h"
#include "gnn/serve/gnn_predictor.h"

namespace tacho {

struct SampleOptions {
  std::string labels;
  std::string platform;
  std::string graphs;  ///< folder that graph names are relative to; "": see locate_graph()
  std::string stage;   ///< only rows of this stage; "": all but "test"
  size_t samples = 0;  ///< so many, drawn by a hash of `seed` and the graph; 0: all
  uint64_t seed = 0;
  bool skip_missing = false;
};

/// The platform's rows, each graph and batch once (the median of repeated measurements, with a
/// notice). Throws Error: no rows for the platform (usage, with the nearest name), a latency that
/// no network has, fewer rows than asked for, measurements of the same that are 20 % apart or more,
/// and what read_label_file() throws. Rows of stage "test" that are left out are counted in a
/// notice.
std::vector<Label> labels_to_adapt_to(const SampleOptions& options);

struct AdaptationSamples {
  std::vector<Label> labels;           ///< of the graphs that could be lowered
  std::vector<FewShotSample> samples;  ///< one each; without totals for the pooled readout
};

/// Lowers the graphs and takes the known devices' totals. Throws Error with the graphs that cannot
/// be read or lowered, unless options.skip_missing says to go on with the rest.
AdaptationSamples adaptation_samples(const GnnPredictor& predictor, std::vector<Label> labels,
                                     const SampleOptions& options);

/// Leaves out samples without anything live (has_live()), with a notice, if others remain.
AdaptationSamples with_live(AdaptationSamples samples, const SampleOptions& options);

/// Each sample's fold, from 0, of as many as asked for or as there are models: all image sizes and
/// batches of a model are in one, so that what is left out is new to the fit. Samples of one model
/// alone are dealt out one by one. At least two samples and folds.
struct Folds {
  std::vector<size_t> of;
  size_t count = 0;
  bool by_model = true;
};
Folds folds_of(const std::vector<Label>& labels, size_t folds);

/// The labels with their graphs' absolute paths; references as they are.
std::vector<Label> labels_in_place(std::vector<Label> labels, const SampleOptions& options);

}  // namespace tacho
