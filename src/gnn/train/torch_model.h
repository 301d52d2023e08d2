// The GNN in LibTorch, as docs/architecture.md writes it down; gnn/serve/gnn_model.h is the same in
// Eigen.
#pragma once

#include <Eigen/Core>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "gnn/serve/checkpoint.h"
#include "gnn/train/batch.h"
#include "gnn/train/fine_tune.h"
#include "gnn/train/optimizer.h"
#include "gnn/train/torch_headers.h"
#include "gnn/train/torch_ops.h"

namespace tacho {

/// A batch as tensors. They point into `batch`: it may be neither moved nor changed.
struct TorchBatch {
  explicit TorchBatch(Batch from);
  TorchBatch(const TorchBatch&) = delete;
  TorchBatch& operator=(const TorchBatch&) = delete;

  Batch batch;
  torch::Tensor features, kernels, live_costs, sample_begin;
  torch::Tensor dead_costs;  ///< undefined if every kernel is live
  TorchNeighbours neighbours;
  torch::Tensor label_cell, log_latency, label_weight;
};

class TorchModel {
 public:
  /// Random weights for the training set, from torch's generator. `info` fixes the shapes. What
  /// initial_rates() has to say goes to `log`, which may be null.
  TorchModel(const CheckpointInfo& info, const TrainingSet& set, uint64_t seed,
             std::ostream* log = nullptr);
  /// The weights of a checkpoint, of an ensemble one member's.
  explicit TorchModel(const Checkpoint& checkpoint, int member = 0);
  /// The weights of a checkpoint for other platforms, those of `info`, which is the checkpoint's
  /// otherwise. With `freeze_body` only what belongs to platforms learns.
  TorchModel(const Checkpoint& checkpoint, const CheckpointInfo& info,
             const std::vector<PlatformStart>& platforms, bool freeze_body);
  TorchModel(const TorchModel&) = delete;
  TorchModel& operator=(const TorchModel&) = delete;

  /// Natural logarithm of milliseconds: samples × platforms.
  torch::Tensor log_latency(const TorchBatch& batch) const { return log_latency(batch, 0, {}); }
  /// In training: drops that share of each layer's messages, as `random` decides.
  torch::Tensor log_latency(const TorchBatch& batch, double dropout, at::Generator random) const;

  /// The weights that learn, for the optimiser and for autograd, in the same order.
  std::vector<Parameter> parameters(double theta_rate_scale) const;
  std::vector<torch::Tensor> leaves() const;

  /// One vector per parameter, in the order of parameters().
  std::vector<std::vector<float>> values() const;
  void set_values(const std::vector<std::vector<float>>& values);
  /// What tensors() says of low and high; the features that come in are normalised already.
  void set_feature_limits(const FeatureScaling& scaling);
  /// The current weights as the checkpoint's tensors, tensor_shapes(info).
  std::vector<TensorData> checkpoint_tensors() const;

 private:
  torch::Tensor hidden(const TorchBatch& batch, double dropout, at::Generator random) const;
  torch::Tensor pooled_log_latency(const TorchBatch& batch, const torch::Tensor& hidden) const;
  const torch::Tensor& weight(const std::string& name) const;
  /// log(Σ over components and kernels of rate · u), of the kernels that the platform runs.
  torch::Tensor summed_log_latency(const TorchBatch& batch, const torch::Tensor& hidden) const;
  void add_weight(const std::string& name, const torch::Tensor& initial);
  void add_constant(const std::string& name, const std::vector<float>& values);

  CheckpointInfo info_;
  std::vector<std::pair<std::string, torch::Tensor>> weights_;
  std::vector<std::pair<std::string, torch::Tensor>> constants_;
};

}  // namespace tacho
