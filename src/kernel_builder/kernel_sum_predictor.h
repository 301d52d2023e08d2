// A network's latency as the sum of its kernels' latencies, as nn-Meter predicts it.
#pragma once

#include <string>
#include <vector>

#include "common/predictor.h"
#include "kernel_builder/kernel_latency_model.h"

namespace tacho {

class KernelSumPredictor : public Predictor {
 public:
  /// `path`: what KernelLatencyModel::load() takes. Throws Error naming it.
  explicit KernelSumPredictor(const std::string& path);
  KernelSumPredictor(KernelLatencyModel model, std::string description);

  std::string description() const override { return description_; }
  /// Those on which kernels were measured, sorted.
  const std::vector<std::string>& platforms() const override { return model_.platforms(); }
  /// Those of which only the facts of a data sheet are known, sorted: 7 to 43 % off where that
  /// could be checked.
  std::vector<std::string> unmeasured_platforms() const override;
  /// Bands are not known: kernels were measured, not networks. Kernels that others stand in
  /// for (kernel_estimate.h), that count nothing, or that were never measured on the platform are
  /// named in the notices.
  std::vector<Prediction> predict(const LoweredModel& model,
                                  const PredictOptions& options) const override;

 private:
  Prediction predict_on(const std::string& platform, const LoweredModel& model,
                        bool per_kernel) const;

  KernelLatencyModel model_;
  std::string description_;
};

}  // namespace tacho
