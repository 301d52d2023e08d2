#include "gnn/train/batch.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace tacho {
namespace {

/// Appends a graph's neighbour lists; `from` and `to` say which end of an edge is the row.
void append_neighbours(const GraphFeatures& graph, bool row_is_consumer, int32_t first_kernel,
                       NeighbourRows* rows) {
  const size_t kernels = static_cast<size_t>(graph.num_kernels);
  std::vector<int32_t> begin(kernels + 1, 0);
  for (const auto& [producer, consumer] : graph.edges) {
    ++begin[static_cast<size_t>(row_is_consumer ? consumer : producer) + 1];
  }
  for (size_t k = 0; k < kernels; ++k) begin[k + 1] += begin[k];
  const int32_t first_index = static_cast<int32_t>(rows->index.size());
  rows->index.resize(rows->index.size() + graph.edges.size());
  std::vector<int32_t> next(begin.begin(), begin.end() - 1);
  for (const auto& [producer, consumer] : graph.edges) {
    const int32_t row = row_is_consumer ? consumer : producer;
    const int32_t neighbour = row_is_consumer ? producer : consumer;
    rows->index[static_cast<size_t>(first_index + next[static_cast<size_t>(row)]++)] =
        first_kernel + neighbour;
  }
  for (size_t k = 0; k < kernels; ++k) rows->begin.push_back(first_index + begin[k + 1]);
}

void append_sample(const TrainingSet& set, const LabelledSample& labelled,
                   const std::vector<float>& weights, Batch* batch) {
  const size_t index = static_cast<size_t>(labelled.sample);
  const GraphFeatures& graph = set.data.samples[index].features;
  const std::vector<float>& z = set.normalised[index];
  batch->features.insert(batch->features.end(), z.begin(), z.end());
  batch->base_costs.insert(batch->base_costs.end(), graph.base_costs.begin(),
                           graph.base_costs.end());
  const int32_t first_kernel = static_cast<int32_t>(batch->num_kernels);
  append_neighbours(graph, true, first_kernel, &batch->predecessors);
  append_neighbours(graph, false, first_kernel, &batch->successors);
  const int64_t platforms = static_cast<int64_t>(set.data.platforms.size());
  for (int32_t i : labelled.labels) {
    const SampleLabel& label = set.data.labels[static_cast<size_t>(i)];
    batch->label_cell.push_back(batch->num_samples * platforms + label.platform);
    batch->log_latency.push_back(static_cast<float>(std::log(label.latency_ms)));
    batch->label_weight.push_back(weights[static_cast<size_t>(i)]);
    batch->label.push_back(i);
  }
  batch->num_samples += 1;
  batch->num_kernels += graph.num_kernels;
  batch->sample_begin.push_back(static_cast<int32_t>(batch->num_kernels));
}

}  // namespace

std::vector<LabelledSample> labelled_samples(const TrainingSet& set, Stage stage) {
  std::vector<LabelledSample> by_sample(set.data.samples.size());
  for (int32_t i : set.labels_in(stage)) {
    const int32_t sample = set.data.labels[static_cast<size_t>(i)].sample;
    by_sample[static_cast<size_t>(sample)].sample = sample;
    by_sample[static_cast<size_t>(sample)].labels.push_back(i);
  }
  by_sample.erase(std::remove_if(by_sample.begin(), by_sample.end(),
                                 [](const LabelledSample& s) { return s.labels.empty(); }),
                  by_sample.end());
  return by_sample;
}

std::vector<float> label_weights(const TrainingSet& set, double power) {
  std::vector<double> counts(set.data.platforms.size(), 0);
  const std::vector<int32_t> training = set.labels_in(Stage::kTrain);
  for (int32_t i : training) {
    counts[static_cast<size_t>(set.data.labels[static_cast<size_t>(i)].platform)] += 1;
  }
  double total = 0;
  for (double count : counts) {
    if (count > 0) total += count * std::pow(count, -power);
  }
  const double scale = static_cast<double>(training.size()) / total;
  std::vector<float> weights;
  for (const SampleLabel& label : set.data.labels) {
    const double count = std::max(1.0, counts[static_cast<size_t>(label.platform)]);
    weights.push_back(static_cast<float>(scale * std::pow(count, -power)));
  }
  return weights;
}

std::vector<LabelledSample> shuffled(std::vector<LabelledSample> samples, uint64_t seed) {
  // std::shuffle's order is the library's choice; this one is fixed by the generator alone.
  std::mt19937_64 random(seed);
  for (size_t i = samples.size(); i > 1; --i) std::swap(samples[i - 1], samples[random() % i]);
  return samples;
}

size_t batch_end(const TrainingSet& set, const std::vector<LabelledSample>& samples, size_t first,
                 int kernels) {
  int64_t sum = 0;
  size_t last = first;
  while (last < samples.size() && sum < kernels) {
    sum += set.data.samples[static_cast<size_t>(samples[last++].sample)].features.num_kernels;
  }
  return last;
}

Batch pack_batch(const TrainingSet& set, const std::vector<LabelledSample>& samples,
                 const std::vector<float>& weights, size_t first, size_t last) {
  Batch batch;
  for (size_t i = first; i < last; ++i) append_sample(set, samples[i], weights, &batch);
  return batch;
}

}  // namespace tacho
