// What one kernel of a network takes, by the predictors that there are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel_builder/kernel_latency_model.h"

namespace tacho {

/// What an estimate rests on, the better first.
enum class KernelBasis {
  kOwn,    ///< the predictor of its kind
  kParts,  ///< those of kernels that compute as much (kernel_parts.h)
  kBytes,  ///< that of an element-wise kernel that moves as many bytes
};

struct KernelEstimate {
  double latency_ms = 0;
  KernelBasis basis = KernelBasis::kOwn;
  std::vector<std::string> predictors;  ///< that it comes from, in order of use, each once
  std::vector<std::string> unmeasured;  ///< those of them that never saw the platform
};

/// The best estimate that `model` can make of the kernel on `platform`, from measurements or from
/// the device's facts. One of kParts is at least that of kBytes: a predictor of dense convolutions
/// knows nothing of the input that the other groups read. nullopt if there is none.
std::optional<KernelEstimate> estimate_kernel(const KernelLatencyModel& model,
                                              const std::string& platform, const Graph& graph,
                                              const Kernel& kernel);

}  // namespace tacho
