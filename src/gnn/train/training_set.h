// The data set as training wants it: split by model name, features normalised.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataset/dataset.h"
#include "dataset/split.h"
#include "gnn/train/config.h"

namespace tacho {

/// Normalisation of features: z = clip((x − mean) / std, low, high), as checkpoints store it.
struct FeatureScaling {
  std::vector<float> mean;
  std::vector<float> std;  ///< 1 for a feature that never varies
  std::vector<float> low;
  std::vector<float> high;
};

struct TrainingSet {
  Dataset data;                                ///< features still as measured
  std::vector<Stage> stages;                   ///< of each sample
  FeatureScaling scaling;                      ///< of the training samples
  std::vector<std::vector<float>> normalised;  ///< per sample: kernels × features

  size_t num_features() const { return scaling.mean.size(); }
  size_t num_base_costs() const;
  /// Indices of labels whose sample is in that stage.
  std::vector<int32_t> labels_in(Stage stage) const;
};

/// With train_on_all everything is Stage::kTrain. Throws Error if a graph's rows are of different
/// widths, a label is not positive and finite, nothing is left to train on, or too little of a
/// platform (min_labels).
TrainingSet prepare_training_set(Dataset data, const TrainConfig& config);

/// Normalises the features by another scaling, a checkpoint's for instance.
void renormalise(TrainingSet* set, FeatureScaling scaling);

}  // namespace tacho
