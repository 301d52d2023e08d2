// A network's latency as the sum of its kernels' latencies, as nn-Meter predicts it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/predictor.h"
#include "kernel_builder/kernel_latency_model.h"

namespace tacho {

/// What one kernel of a network is predicted as.
struct KernelStandIn {
  const KernelType* type = nullptr;
  KernelConfig config;
  bool exact = true;  ///< false: another kernel that moves as many bytes stands in
};

/// What `model` can predict of the kernel on `platform` (from measurements, or from the device's
/// facts): the kernel itself; else the first element-wise kernel that it can predict, as large as to
/// move as many bytes. nullopt if there is none.
std::optional<KernelStandIn> stand_in_for(const KernelLatencyModel& model,
                                          const std::string& platform, const Graph& graph,
                                          const Kernel& kernel);

class KernelSumPredictor : public Predictor {
 public:
  /// `path`: what KernelLatencyModel::load() takes. Throws Error naming it.
  explicit KernelSumPredictor(const std::string& path);
  KernelSumPredictor(KernelLatencyModel model, std::string description);

  std::string description() const override { return description_; }
  /// Those measured and those whose facts are known, sorted.
  const std::vector<std::string>& platforms() const override { return platforms_; }
  /// Bands are not known: kernels were measured, not networks. Kernels that something else stands
  /// in for, that count nothing, or that were never measured on the platform are named in the
  /// notices.
  std::vector<Prediction> predict(const LoweredModel& model,
                                  const PredictOptions& options) const override;

 private:
  Prediction predict_on(const std::string& platform, const LoweredModel& model,
                        bool per_kernel) const;

  KernelLatencyModel model_;
  std::string description_;
  std::vector<std::string> platforms_;
};

}  // namespace tacho
