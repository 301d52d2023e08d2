// Several graphs as one disjoint graph, so that the GNN's products are few and large.
#pragma once

#include <cstdint>
#include <vector>

#include "gnn/train/training_set.h"

namespace tacho {

struct Batch {
  int64_t num_samples = 0;
  int64_t num_rows = 0;           ///< classes of kernels, of all samples
  std::vector<float> features;    ///< rows × features, normalised
  std::vector<float> kernels;     ///< of each row: how many kernels it stands for
  std::vector<float> live_costs;  ///< rows × base costs, of all its kernels if live, else 0
  std::vector<float> dead_costs;  ///< the others'; empty if every row is live
  NeighbourRows predecessors;
  NeighbourRows successors;
  std::vector<int32_t> sample_begin{0};  ///< sample s holds the rows from [s] to [s + 1]

  std::vector<int64_t> label_cell;  ///< row-major index into samples × platforms
  std::vector<float> log_latency;   ///< natural logarithm of milliseconds
  std::vector<float> label_weight;
  std::vector<int32_t> label;  ///< index into the data set's labels
};

/// The samples of `stage` that have labels, each with those labels' indices.
struct LabelledSample {
  int32_t sample = 0;
  std::vector<int32_t> labels;
};
std::vector<LabelledSample> labelled_samples(const TrainingSet& set, Stage stage);
/// The same for samples that are parted otherwise than the set has them.
std::vector<LabelledSample> labelled_samples(const Dataset& data, const std::vector<Stage>& stages,
                                             Stage stage);

/// Weight of each label of the data set: its platform's number of training labels to the power
/// −`power`, scaled to a mean of 1 over the training labels.
std::vector<float> label_weights(const TrainingSet& set, double power);

/// Shuffled by `seed` alone (same on every machine).
std::vector<LabelledSample> shuffled(std::vector<LabelledSample> samples, uint64_t seed);

/// One past the last of the samples from `first` on that together reach `rows` rows; at least one.
size_t batch_end(const TrainingSet& set, const std::vector<LabelledSample>& samples, size_t first,
                 int rows);

/// The samples from `first` to before `last`.
Batch pack_batch(const TrainingSet& set, const std::vector<LabelledSample>& samples,
                 const std::vector<float>& weights, size_t first, size_t last);

}  // namespace tacho
