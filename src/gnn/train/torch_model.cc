#include "gnn/train/torch_model.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "gnn/train/initial_rates.h"

namespace tacho {
namespace {

using torch::Tensor;

constexpr double kNormEpsilon = 1e-5;
/// Rows of the weight that multiplies neighbourhood(): the checkpoint keeps them as three tensors.
constexpr const char* kNeighbourhood = "neighbourhood.weight";
constexpr const char* kNeighbourhoodParts[] = {"self.weight", "pred.weight", "succ.weight"};

template <typename Value>
Tensor view(std::vector<Value>& values, torch::IntArrayRef shape, torch::ScalarType type) {
  return torch::from_blob(values.data(), shape, torch::TensorOptions(type));
}

std::string layer_name(int layer) { return "layer." + std::to_string(layer) + "."; }

/// He initialisation for layers that a relu follows.
Tensor random_weight(int64_t inputs, int64_t outputs) {
  return torch::randn({inputs, outputs}) * std::sqrt(2.0 / static_cast<double>(inputs));
}

/// What the pooled readout knows of a whole graph besides its hidden rows: log2(1 + sum) of each
/// base cost, log2(1 + kernels).
Tensor static_features(const Batch& batch, int64_t num_costs) {
  Tensor result = torch::empty({batch.num_samples, num_costs + 1});
  float* out = result.data_ptr<float>();
  for (int64_t s = 0; s < batch.num_samples; ++s) {
    const int64_t first = batch.sample_begin[static_cast<size_t>(s)];
    const int64_t last = batch.sample_begin[static_cast<size_t>(s) + 1];
    for (int64_t b = 0; b < num_costs; ++b) {
      double sum = 0;
      for (int64_t k = first; k < last; ++k) {
        const size_t i = static_cast<size_t>(k * num_costs + b);
        sum += batch.live_costs[i];
        if (!batch.dead_costs.empty()) sum += batch.dead_costs[i];
      }
      *out++ = static_cast<float>(std::log2(1.0 + sum));
    }
    double kernels = 0;
    for (int64_t k = first; k < last; ++k) kernels += batch.kernels[static_cast<size_t>(k)];
    *out++ = static_cast<float>(std::log2(1.0 + kernels));
  }
  return result;
}

/// Mean and spread of what enters the pooled readout's MLP; hidden sums are only scaled, by the
/// mean number of kernels.
std::pair<Tensor, Tensor> head_scaling(const TrainingSet& set, int64_t width) {
  std::vector<LabelledSample> samples = labelled_samples(set, Stage::kTrain);
  for (LabelledSample& sample : samples) sample.labels.clear();
  const int64_t num_costs = static_cast<int64_t>(set.num_base_costs());
  std::vector<Tensor> rows;
  double kernels = 0;
  for (size_t first = 0, last = 0; first < samples.size(); first = last) {
    last = batch_end(set, samples, first, 4096);
    const Batch batch = pack_batch(set, samples, {}, first, last);
    rows.push_back(static_features(batch, num_costs));
    kernels = std::accumulate(batch.kernels.begin(), batch.kernels.end(), kernels);
  }
  const Tensor all = torch::cat(rows);
  const Tensor pooled_std = torch::full({width}, kernels / static_cast<double>(all.size(0)));
  return {torch::cat({torch::zeros({width}), all.mean(0)}),
          torch::cat({pooled_std, all.std(0, /*unbiased=*/false).clamp_min(1e-3)})};
}

/// The mean log latency of each platform's training labels.
Tensor mean_log_latency(const TrainingSet& set) {
  const size_t platforms = set.data.platforms.size();
  std::vector<float> sums(platforms, 0), counts(platforms, 0);
  for (int32_t i : set.labels_in(Stage::kTrain)) {
    const SampleLabel& label = set.data.labels[static_cast<size_t>(i)];
    sums[static_cast<size_t>(label.platform)] += static_cast<float>(std::log(label.latency_ms));
    counts[static_cast<size_t>(label.platform)] += 1;
  }
  for (size_t p = 0; p < platforms; ++p) sums[p] /= std::max(1.0f, counts[p]);
  return torch::tensor(sums);
}

TensorData tensor_data(const std::string& name, const Tensor& tensor) {
  const Tensor values = tensor.detach().contiguous();
  const float* data = values.data_ptr<float>();
  return {name, values.sizes().vec(), std::vector<float>(data, data + values.numel())};
}

}  // namespace

TorchBatch::TorchBatch(Batch from) : batch(std::move(from)) {
  const auto rows = [](NeighbourRows& neighbours) {
    const int64_t edges = static_cast<int64_t>(neighbours.index.size());
    neighbours.index.resize(std::max<size_t>(1, neighbours.index.size()));  // never a null pointer
    return std::make_pair(
        view(neighbours.begin, {static_cast<int64_t>(neighbours.begin.size())}, torch::kInt32),
        view(neighbours.index, {edges}, torch::kInt32));
  };
  const int64_t num_rows = batch.num_rows;
  const int64_t labels = static_cast<int64_t>(batch.label.size());
  const auto width = [&](const std::vector<float>& values) {
    return static_cast<int64_t>(values.size()) / num_rows;
  };
  features = view(batch.features, {num_rows, width(batch.features)}, torch::kFloat32);
  kernels = view(batch.kernels, {num_rows, 1}, torch::kFloat32);
  live_costs = view(batch.live_costs, {num_rows, width(batch.live_costs)}, torch::kFloat32);
  if (!batch.dead_costs.empty()) {
    dead_costs = view(batch.dead_costs, {num_rows, width(batch.dead_costs)}, torch::kFloat32);
  }
  sample_begin = view(batch.sample_begin, {batch.num_samples + 1}, torch::kInt32);
  std::tie(neighbours.predecessor_begin, neighbours.predecessor_index) = rows(batch.predecessors);
  std::tie(neighbours.successor_begin, neighbours.successor_index) = rows(batch.successors);
  label_cell = view(batch.label_cell, {labels}, torch::kInt64);
  log_latency = view(batch.log_latency, {labels}, torch::kFloat32);
  label_weight = view(batch.label_weight, {labels}, torch::kFloat32);
}

TorchModel::TorchModel(const CheckpointInfo& info, const TrainingSet& set, uint64_t seed,
                       std::ostream* log)
    : info_(info) {
  const int64_t features = static_cast<int64_t>(set.num_features());
  const int64_t width = info.config.width;
  add_constant("feature_mean", set.scaling.mean);
  add_constant("feature_std", set.scaling.std);
  add_constant("feature_low", set.scaling.low);
  add_constant("feature_high", set.scaling.high);
  add_weight("input.weight", random_weight(features, width));
  add_weight("input.bias", torch::zeros({width}));
  for (int l = 0; l < info.config.layers; ++l) {
    const std::string layer = layer_name(l);
    add_weight(layer + kNeighbourhood, random_weight(3 * width, width));
    add_weight(layer + "mix.weight", random_weight(width, width) * 0.5);
    add_weight(layer + "bias", torch::zeros({width}));
    add_weight(layer + "mix.bias", torch::zeros({width}));
    add_weight(layer + "norm.weight", torch::ones({width}));
    add_weight(layer + "norm.bias", torch::zeros({width}));
  }
  if (info.config.readout == Readout::kSum) {
    const int components = info.config.components;
    // Small, so that a component starts as its base cost.
    add_weight("output.weight", random_weight(width, components) * 0.05);
    add_weight("output.bias", torch::zeros({components}));
    const InitialRates start = initial_rates(set, components, seed, log);
    const Eigen::MatrixXf& theta = start.theta;
    add_constant(kRunsDead, start.runs_dead);
    add_weight("platform.theta",
               torch::from_blob(const_cast<float*>(theta.data()), {theta.cols(), theta.rows()})
                   .t()
                   .contiguous());
    return;
  }
  const auto [mean, std] = head_scaling(set, width);
  constants_.emplace_back("head.mean", mean);
  constants_.emplace_back("head.std", std);
  int64_t inputs = mean.size(0);
  for (int i = 0; i < kHeadLayers; ++i) {
    const bool last = i + 1 == kHeadLayers;
    const int64_t outputs = last ? static_cast<int64_t>(info.platforms.size()) : width;
    add_weight("head." + std::to_string(i) + ".weight",
               random_weight(inputs, outputs) * (last ? 0.1 : 1));
    add_weight("head." + std::to_string(i) + ".bias",
               last ? mean_log_latency(set) : torch::zeros({outputs}));
    inputs = outputs;
  }
}

TorchModel::TorchModel(const Checkpoint& checkpoint, int member)
    : info_(without_ensemble(checkpoint.info())) {
  const auto tensor = [&](const std::string& name, const TensorShape& shape) {
    TensorData own = checkpoint.tensor(member_tensor(checkpoint.info().config, member, name));
    return torch::from_blob(own.values.data(), shape).clone();
  };
  for (const auto& [name, shape] : tensor_shapes(info_)) {
    const size_t part = name.find(kNeighbourhoodParts[0]);
    if (part != std::string::npos) {
      std::vector<Tensor> parts;
      for (const char* suffix : kNeighbourhoodParts) {
        parts.push_back(tensor(name.substr(0, part) + suffix, shape));
      }
      add_weight(name.substr(0, part) + kNeighbourhood, torch::cat(parts));
    } else if (name.find("pred.weight") == std::string::npos &&
               name.find("succ.weight") == std::string::npos) {
      const bool learns = name.rfind("feature_", 0) != 0 && name != "head.mean" &&
                          name != "head.std" && name != kRunsDead;
      learns ? add_weight(name, tensor(name, shape))
             : static_cast<void>(constants_.emplace_back(name, tensor(name, shape)));
    }
  }
}

TorchModel::TorchModel(const Checkpoint& checkpoint, const CheckpointInfo& info,
                       const std::vector<PlatformStart>& platforms, bool freeze_body)
    : TorchModel(checkpoint) {
  info_ = info;
  std::vector<int64_t> nearest;
  std::vector<float> log_factors, runs_dead;
  for (const PlatformStart& platform : platforms) {
    nearest.push_back(static_cast<int64_t>(platform.nearest));
    log_factors.push_back(static_cast<float>(platform.log_factor));
    runs_dead.push_back(platform.runs_dead);
  }
  const Tensor index = torch::tensor(nearest, torch::kInt64);
  const Tensor scale = torch::tensor(log_factors);
  const std::string last = "head." + std::to_string(kHeadLayers - 1) + ".";
  std::vector<std::pair<std::string, Tensor>> weights;
  for (auto& [name, tensor] : weights_) {
    const Tensor old = tensor.detach();
    const bool of_platforms =
        name == "platform.theta" || name == last + "weight" || name == last + "bias";
    Tensor value = old;
    if (name == "platform.theta") value = old.index_select(0, index) + scale.unsqueeze(1);
    if (name == last + "weight") value = old.index_select(1, index);
    if (name == last + "bias") value = old.index_select(0, index) + scale;
    if (freeze_body && !of_platforms) {
      constants_.emplace_back(name, value);
    } else {
      weights.emplace_back(name, value.contiguous().set_requires_grad(true));
    }
  }
  weights_ = std::move(weights);
  for (auto& [name, tensor] : constants_) {
    if (name == kRunsDead) tensor = torch::tensor(runs_dead);
  }
}

void TorchModel::add_weight(const std::string& name, const Tensor& initial) {
  weights_.emplace_back(name, initial.clone().detach().set_requires_grad(true));
}

void TorchModel::set_feature_limits(const FeatureScaling& scaling) {
  for (auto& [name, tensor] : constants_) {
    if (name == "feature_low") tensor = torch::tensor(scaling.low);
    if (name == "feature_high") tensor = torch::tensor(scaling.high);
  }
}

void TorchModel::add_constant(const std::string& name, const std::vector<float>& values) {
  constants_.emplace_back(name, torch::tensor(values));
}

const Tensor& TorchModel::weight(const std::string& name) const {
  for (const auto* list : {&weights_, &constants_}) {
    for (const auto& [key, tensor] : *list) {
      if (key == name) return tensor;
    }
  }
  assert(false);
  return weights_.front().second;
}

Tensor TorchModel::hidden(const TorchBatch& batch, double dropout, at::Generator random) const {
  Tensor h =
      torch::relu(torch::addmm(weight("input.bias"), batch.features, weight("input.weight")));
  for (int l = 0; l < info_.config.layers; ++l) {
    const std::string layer = layer_name(l);
    Tensor t = torch::relu(torch::addmm(weight(layer + "bias"), neighbourhood(h, batch.neighbours),
                                        weight(layer + kNeighbourhood)));
    if (dropout > 0) t = t * torch::empty_like(t).bernoulli_(1 - dropout, random) / (1 - dropout);
    h = torch::layer_norm(
        h + torch::addmm(weight(layer + "mix.bias"), t, weight(layer + "mix.weight")),
        {info_.config.width}, weight(layer + "norm.weight"), weight(layer + "norm.bias"),
        kNormEpsilon);
  }
  return h;
}

Tensor TorchModel::log_latency(const TorchBatch& batch, double dropout,
                               at::Generator random) const {
  const Tensor h = hidden(batch, dropout, std::move(random));
  if (info_.config.readout == Readout::kPooled) return pooled_log_latency(batch, h);
  return summed_log_latency(batch, h);
}

Tensor TorchModel::summed_log_latency(const TorchBatch& batch, const Tensor& hidden) const {
  const double bound = info_.config.bound;
  const Tensor output = torch::addmm(weight("output.bias"), hidden, weight("output.weight"));
  const Tensor factor = torch::exp(torch::tanh(output / bound) * bound);
  const Tensor rates = torch::exp(weight("platform.theta")).t();
  Tensor latency_ms =
      torch::mm(weighted_segment_sum(factor, batch.live_costs, batch.sample_begin), rates);
  if (batch.dead_costs.defined()) {
    const Tensor dead_totals = weighted_segment_sum(factor, batch.dead_costs, batch.sample_begin);
    latency_ms = latency_ms + torch::mm(dead_totals, rates) * weight(kRunsDead);
  }
  return torch::log(latency_ms.clamp_min(1e-12));
}

Tensor TorchModel::pooled_log_latency(const TorchBatch& batch, const Tensor& hidden) const {
  const Tensor sums = weighted_segment_sum(hidden, batch.kernels, batch.sample_begin);
  Tensor x = torch::cat({sums, static_features(batch.batch, batch.live_costs.size(1))}, 1);
  x = (x - weight("head.mean")) / weight("head.std");
  for (int i = 0; i < kHeadLayers; ++i) {
    const std::string layer = "head." + std::to_string(i) + ".";
    x = torch::addmm(weight(layer + "bias"), x, weight(layer + "weight"));
    if (i + 1 < kHeadLayers) x = torch::relu(x);
  }
  return x;
}

std::vector<Parameter> TorchModel::parameters(double theta_rate_scale) const {
  std::vector<Parameter> parameters;
  for (const auto& [name, tensor] : weights_) {
    const bool is_theta = name == "platform.theta";
    parameters.push_back({name, tensor.data_ptr<float>(), static_cast<size_t>(tensor.numel()),
                          is_theta ? theta_rate_scale : 1.0, !is_theta && tensor.dim() == 2});
  }
  return parameters;
}

std::vector<Tensor> TorchModel::leaves() const {
  std::vector<Tensor> leaves;
  for (const auto& [name, tensor] : weights_) leaves.push_back(tensor);
  return leaves;
}

std::vector<std::vector<float>> TorchModel::values() const {
  std::vector<std::vector<float>> values;
  for (const auto& [name, tensor] : weights_) {
    const float* data = tensor.data_ptr<float>();
    values.emplace_back(data, data + tensor.numel());
  }
  return values;
}

void TorchModel::set_values(const std::vector<std::vector<float>>& values) {
  assert(values.size() == weights_.size());
  for (size_t i = 0; i < values.size(); ++i) {
    std::copy(values[i].begin(), values[i].end(), weights_[i].second.data_ptr<float>());
  }
}

std::vector<TensorData> TorchModel::checkpoint_tensors() const {
  std::vector<TensorData> found;
  for (const auto* list : {&constants_, &weights_}) {
    for (const auto& [name, tensor] : *list) {
      const size_t suffix = name.find(kNeighbourhood);
      if (suffix == std::string::npos) {
        found.push_back(tensor_data(name, tensor));
        continue;
      }
      for (int part = 0; part < 3; ++part) {
        found.push_back(
            tensor_data(name.substr(0, suffix) + kNeighbourhoodParts[part],
                        tensor.narrow(0, part * info_.config.width, info_.config.width)));
      }
    }
  }
  std::vector<TensorData> ordered;
  for (const auto& [name, shape] : tensor_shapes(info_)) {
    for (TensorData& tensor : found) {
      if (tensor.name == name) ordered.push_back(std::move(tensor));
    }
    assert(!ordered.empty() && ordered.back().shape == shape);
  }
  return ordered;
}

}  // namespace tacho
