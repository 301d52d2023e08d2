// The builder's parameters: nn-Meter's predictorbuild_config.yaml.
#pragma once

#include <string>
#include <vector>

namespace tacho {

struct KernelSettings {
  std::string kernel;
  int64_t initial = 1000;        ///< INIT_SAMPLE_NUM
  int64_t fine_grained = 10;     ///< FINEGRAINED_SAMPLE_NUM, around each configuration
  int64_t iterations = 5;        ///< ITERATION, the initial one counted
  double error_threshold = 0.1;  ///< ERROR_THRESHOLD, relative
};

struct BuilderSettings {
  /// DETAIL: profiled files hold model, shapes and config too, not only the latency.
  bool detail = true;
  std::string implement =
      "onnx";              ///< IMPLEMENT; other values are nn-Meter's and have no effect here
  int64_t batch_size = 1;  ///< BATCH_SIZE
  std::vector<KernelSettings> kernels;

  /// The settings of a kernel, or nn-Meter's defaults if it is not listed.
  KernelSettings of(const std::string& kernel) const;
};

/// nn-Meter's 16 default kernels.
BuilderSettings default_settings();
/// With a comment on every parameter.
std::string settings_yaml(const BuilderSettings& settings);
/// Throws Error (usage) naming the file, the line and the key: not YAML, a value of another kind or
/// out of range, a key that is not known (with the nearest).
BuilderSettings read_settings(const std::string& path);

}  // namespace tacho
