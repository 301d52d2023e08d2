// How good kernel predictions are: nn-Meter's figures beside those of common/metrics.h.
#pragma once

#include <string>
#include <vector>

#include "common/metrics.h"
#include "kernel_builder/kernel_latency_model.h"
#include "kernel_builder/kernel_table.h"

namespace tacho {

struct KernelAccuracy {
  std::string predictor;  ///< the kind of kernel, "conv"
  std::string platform;
  Accuracy accuracy;
  double rmse_ms = 0;
  double rmspe = 0;  ///< root of the mean squared relative error, in percent
};

/// Both in milliseconds, same length.
KernelAccuracy kernel_accuracy(const std::vector<double>& predicted,
                               const std::vector<double>& measured);

/// Per kind and platform, in order of name; rows that cannot be predicted are skipped and their
/// reasons appended to `faults`, each once.
std::vector<KernelAccuracy> evaluate_kernels(const KernelLatencyModel& model,
                                             const std::vector<MeasuredKernel>& rows,
                                             const Catalogue& catalogue,
                                             std::vector<std::string>& faults);

/// The mean of every figure over the platforms of each kind: platform "mean".
std::vector<KernelAccuracy> means_by_predictor(const std::vector<KernelAccuracy>& platforms);

}  // namespace tacho
