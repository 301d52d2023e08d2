// The data set as training wants it: split by model name, features normalised.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataset/dataset.h"
#include "dataset/split.h"
#include "gnn/serve/quotient.h"
#include "gnn/train/config.h"

namespace tacho {

/// Normalisation of features: z = clip((x − mean) / std, low, high), as checkpoints store it.
struct FeatureScaling {
  std::vector<float> mean;
  std::vector<float> std;  ///< 1 for a feature that never varies
  std::vector<float> low;
  std::vector<float> high;
};

/// One sample as training computes it: kernels that the layers cannot tell apart are one row.
struct SampleRows {
  Quotient classes;
  std::vector<float> features;    ///< classes × features, normalised
  std::vector<float> live_costs;  ///< classes × base costs, of all kernels of the class; 0 if dead
  std::vector<float> dead_costs;  ///< the others'; empty if every kernel is live
};

struct TrainingSet {
  Dataset data;               ///< features still as measured
  std::vector<Stage> stages;  ///< of each sample
  /// Of the training samples. From a checkpoint: its own, whose limits take in the training samples
  /// unless the body is frozen.
  FeatureScaling scaling;
  std::vector<SampleRows> rows;  ///< of each sample

  size_t num_features() const { return scaling.mean.size(); }
  size_t num_base_costs() const;
  /// Indices of labels whose sample is in that stage.
  std::vector<int32_t> labels_in(Stage stage) const;
};

/// How the configuration parts the samples.
std::vector<Stage> stages_of(const Dataset& data, const TrainConfig& config);

/// With train_on_all everything is Stage::kTrain. Throws Error if a graph's rows are of different
/// widths, a label is not positive and finite, nothing is left to train on, or too little of a
/// platform (min_labels), or the checkpoint to start from does not fit.
TrainingSet prepare_training_set(Dataset data, const TrainConfig& config);

/// Normalises the features by another scaling, a checkpoint's for instance.
void renormalise(TrainingSet* set, FeatureScaling scaling);

}  // namespace tacho
