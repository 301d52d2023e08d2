#include "gnn/train/batch.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace tacho {
namespace {

void append(const std::vector<float>& values, std::vector<float>* to) {
  to->insert(to->end(), values.begin(), values.end());
}

void append_neighbours(const NeighbourRows& from, int32_t first_row, NeighbourRows* rows) {
  const int32_t first_index = static_cast<int32_t>(rows->index.size());
  for (size_t i = 1; i < from.begin.size(); ++i) rows->begin.push_back(first_index + from.begin[i]);
  for (const int32_t neighbour : from.index) rows->index.push_back(first_row + neighbour);
}

void append_sample(const TrainingSet& set, const LabelledSample& labelled,
                   const std::vector<float>& weights, Batch* batch) {
  const SampleRows& rows = set.rows[static_cast<size_t>(labelled.sample)];
  append(rows.features, &batch->features);
  append(rows.live_costs, &batch->live_costs);
  if (!rows.dead_costs.empty() || !batch->dead_costs.empty()) {
    batch->dead_costs.resize(batch->live_costs.size() - rows.live_costs.size(), 0.0f);
    append(rows.dead_costs, &batch->dead_costs);
    batch->dead_costs.resize(batch->live_costs.size(), 0.0f);
  }
  for (const int32_t count : rows.classes.count) {
    batch->kernels.push_back(static_cast<float>(count));
  }
  const int32_t first_row = static_cast<int32_t>(batch->num_rows);
  append_neighbours(rows.classes.predecessors, first_row, &batch->predecessors);
  append_neighbours(rows.classes.successors, first_row, &batch->successors);
  const int64_t platforms = static_cast<int64_t>(set.data.platforms.size());
  for (int32_t i : labelled.labels) {
    const SampleLabel& label = set.data.labels[static_cast<size_t>(i)];
    batch->label_cell.push_back(batch->num_samples * platforms + label.platform);
    batch->log_latency.push_back(static_cast<float>(std::log(label.latency_ms)));
    batch->label_weight.push_back(weights[static_cast<size_t>(i)]);
    batch->label.push_back(i);
  }
  batch->num_samples += 1;
  batch->num_rows += static_cast<int64_t>(rows.classes.num_classes());
  batch->sample_begin.push_back(static_cast<int32_t>(batch->num_rows));
}

}  // namespace

std::vector<LabelledSample> labelled_samples(const TrainingSet& set, Stage stage) {
  return labelled_samples(set.data, set.stages, stage);
}

std::vector<LabelledSample> labelled_samples(const Dataset& data, const std::vector<Stage>& stages,
                                             Stage stage) {
  std::vector<LabelledSample> by_sample(data.samples.size());
  for (int32_t i = 0; i < static_cast<int32_t>(data.labels.size()); ++i) {
    const int32_t sample = data.labels[static_cast<size_t>(i)].sample;
    if (stages[static_cast<size_t>(sample)] != stage) continue;
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
                 int rows) {
  int64_t sum = 0;
  size_t last = first;
  while (last < samples.size() && sum < rows) {
    sum += static_cast<int64_t>(
        set.rows[static_cast<size_t>(samples[last++].sample)].classes.num_classes());
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
