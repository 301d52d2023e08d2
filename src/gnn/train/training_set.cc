#include "gnn/train/training_set.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "common/error.h"
#include "dataset/platforms.h"
#include "gnn/train/fine_tune.h"

namespace tacho {
namespace {

void check(const Dataset& data) {
  if (data.labels.empty())
    throw Error("the data sets have no labels; import some: tacho dataset import");
  const GraphFeatures& first = data.samples.at(0).features;
  if (first.num_kernels == 0) throw Error(data.samples[0].graph + ": a graph without kernels");
  const size_t kernels = static_cast<size_t>(first.num_kernels);
  const size_t num_features = first.features.size() / kernels;
  const size_t num_costs = first.base_costs.size() / kernels;
  for (const Sample& sample : data.samples) {
    const size_t rows = static_cast<size_t>(sample.features.num_kernels);
    if (rows == 0) throw Error(sample.graph + ": a graph without kernels");
    if (sample.features.features.size() != rows * num_features ||
        sample.features.base_costs.size() != rows * num_costs) {
      throw Error(sample.graph + ": has another number of features than the other graphs");
    }
  }
  for (const SampleLabel& label : data.labels) {
    if (!(label.latency_ms > 0) || !std::isfinite(label.latency_ms)) {
      throw Error(data.samples[static_cast<size_t>(label.sample)].graph + " on " +
                  data.platforms[static_cast<size_t>(label.platform)] +
                  ": latency is not a positive number");
    }
  }
}

/// Those of `platforms` without those of `leave_platforms`.
void choose_trained_platforms(Dataset& data, const TrainConfig& config) {
  if (config.platforms.empty() && config.leave_platforms.empty()) return;
  std::vector<std::string> chosen =
      choose_platforms(data.platforms, config.platforms, "the data sets");
  if (!config.leave_platforms.empty()) {
    for (const std::string& left :
         choose_platforms(data.platforms, config.leave_platforms, "the data sets")) {
      chosen.erase(std::remove(chosen.begin(), chosen.end(), left), chosen.end());
    }
  }
  if (chosen.empty()) {
    throw Error("\"platforms\" without \"leave_platforms\" is no platform", Fault::kUsage);
  }
  keep_platforms(data, chosen);
}

/// Refuses a platform that there is too little to learn of.
void check_labels_to_train_on(const TrainingSet& set, int min_labels) {
  std::vector<int> counts(set.data.platforms.size(), 0);
  for (const int32_t label : set.labels_in(Stage::kTrain)) {
    ++counts[static_cast<size_t>(set.data.labels[static_cast<size_t>(label)].platform)];
  }
  for (size_t p = 0; p < counts.size(); ++p) {
    if (counts[p] >= min_labels) continue;
    throw Error("platform '" + set.data.platforms[p] + "' has " + std::to_string(counts[p]) +
                " labels to train on, fewer than " + std::to_string(min_labels) +
                " (min_labels); import more, or name it in leave_platforms");
  }
}

/// Takes in the normalised values of the training samples.
void widen(FeatureScaling* scaling, const TrainingSet& set) {
  const size_t width = scaling->mean.size();
  for (size_t s = 0; s < set.data.samples.size(); ++s) {
    if (set.stages[s] != Stage::kTrain) continue;
    const std::vector<float>& x = set.data.samples[s].features.features;
    for (size_t i = 0; i < x.size(); ++i) {
      const size_t f = i % width;
      const float z = (x[i] - scaling->mean[f]) / scaling->std[f];
      scaling->low[f] = std::min(scaling->low[f], z);
      scaling->high[f] = std::max(scaling->high[f], z);
    }
  }
}

FeatureScaling scaling_of(const TrainingSet& set, size_t width) {
  std::vector<double> sum(width, 0), squares(width, 0);
  double rows = 0;
  for (size_t s = 0; s < set.data.samples.size(); ++s) {
    if (set.stages[s] != Stage::kTrain) continue;
    const std::vector<float>& x = set.data.samples[s].features.features;
    for (size_t i = 0; i < x.size(); ++i) sum[i % width] += x[i];
    rows += static_cast<double>(x.size() / width);
  }
  for (double& value : sum) value /= rows;
  // A second round, since a feature's square may dwarf its variance.
  for (size_t s = 0; s < set.data.samples.size(); ++s) {
    if (set.stages[s] != Stage::kTrain) continue;
    const std::vector<float>& x = set.data.samples[s].features.features;
    for (size_t i = 0; i < x.size(); ++i) {
      const double offset = x[i] - sum[i % width];
      squares[i % width] += offset * offset;
    }
  }
  FeatureScaling scaling;
  for (size_t f = 0; f < width; ++f) {
    const double std = std::sqrt(squares[f] / rows);
    scaling.mean.push_back(static_cast<float>(sum[f]));
    scaling.std.push_back(std > 1e-6 ? static_cast<float>(std) : 1.0f);
  }
  scaling.low.assign(width, std::numeric_limits<float>::max());
  scaling.high.assign(width, std::numeric_limits<float>::lowest());
  widen(&scaling, set);
  return scaling;
}

std::vector<float> normalise(std::vector<float> x, const FeatureScaling& scaling) {
  const size_t width = scaling.mean.size();
  for (size_t i = 0; i < x.size(); ++i) {
    const size_t f = i % width;
    const float value = (x[i] - scaling.mean[f]) / scaling.std[f];
    x[i] = std::min(std::max(value, scaling.low[f]), scaling.high[f]);
  }
  return x;
}

/// Everything but the features. `live_column`: of the features; none: every kernel is live.
SampleRows merged_rows(const GraphFeatures& graph, int layers, std::optional<size_t> live_column) {
  SampleRows rows;
  rows.classes = quotient_of(graph, layers);
  rows.live_costs = representative_rows(graph.base_costs, rows.classes);
  const size_t kernels = static_cast<size_t>(graph.num_kernels);
  const size_t num_features = graph.features.size() / kernels;
  const size_t num_costs = graph.base_costs.size() / kernels;
  for (size_t c = 0; c < rows.classes.num_classes(); ++c) {
    float* costs = &rows.live_costs[c * num_costs];
    for (size_t b = 0; b < num_costs; ++b) costs[b] *= static_cast<float>(rows.classes.count[c]);
    const size_t kernel = static_cast<size_t>(rows.classes.representative[c]);
    if (!live_column || graph.features[kernel * num_features + *live_column] != 0) continue;
    rows.dead_costs.resize(rows.live_costs.size(), 0.0f);
    std::swap_ranges(costs, costs + num_costs, &rows.dead_costs[c * num_costs]);
  }
  return rows;
}

}  // namespace

std::vector<Stage> stages_of(const Dataset& data, const TrainConfig& config) {
  if (config.train_on_all) return std::vector<Stage>(data.samples.size(), Stage::kTrain);
  std::vector<std::string> models;
  for (const Sample& sample : data.samples) models.push_back(model_of(sample.model));
  return split_models(models, split_rule_of(config));
}

size_t TrainingSet::num_base_costs() const {
  const GraphFeatures& first = data.samples.front().features;
  return first.base_costs.size() / static_cast<size_t>(first.num_kernels);
}

std::vector<int32_t> TrainingSet::labels_in(Stage stage) const {
  std::vector<int32_t> indices;
  for (size_t i = 0; i < data.labels.size(); ++i) {
    if (stages[static_cast<size_t>(data.labels[i].sample)] == stage) {
      indices.push_back(static_cast<int32_t>(i));
    }
  }
  return indices;
}

TrainingSet prepare_training_set(Dataset data, const TrainConfig& config) {
  if (!config.kernel_features) drop_source_columns(data);
  check(data);
  choose_trained_platforms(data, config);
  TrainingSet set;
  set.data = std::move(data);
  set.stages = stages_of(set.data, config);
  if (set.labels_in(Stage::kTrain).empty()) {
    throw Error(
        "the split leaves no labels to train on; use another split_seed or smaller fractions");
  }
  check_labels_to_train_on(set, config.min_labels);
  const std::vector<std::string>& names = set.data.schema.features;
  const auto live = std::find(names.begin(), names.end(), "live");
  std::optional<size_t> live_column;
  if (live != names.end()) live_column = static_cast<size_t>(live - names.begin());
  for (const Sample& sample : set.data.samples) {
    set.rows.push_back(merged_rows(sample.features, config.model.layers, live_column));
  }
  if (!config.start_from.empty()) {
    FeatureScaling scaling = feature_scaling(*load_start(config, set.data.schema));
    // A frozen body learns nothing of what is new to it.
    if (!config.freeze_body) widen(&scaling, set);
    renormalise(&set, std::move(scaling));
    return set;
  }
  const GraphFeatures& first = set.data.samples.front().features;
  renormalise(&set,
              scaling_of(set, first.features.size() / static_cast<size_t>(first.num_kernels)));
  return set;
}

void renormalise(TrainingSet* set, FeatureScaling scaling) {
  set->scaling = std::move(scaling);
  for (size_t s = 0; s < set->rows.size(); ++s) {
    set->rows[s].features =
        normalise(representative_rows(set->data.samples[s].features.features, set->rows[s].classes),
                  set->scaling);
  }
}

}  // namespace tacho
