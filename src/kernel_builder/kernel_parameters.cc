#include "kernel_builder/kernel_families.h"

namespace tacho {

KernelParameter hw_parameter() {
  return {"hw", "HW", kRequired, 1, ParameterRole::kListed, {1, 3, 7, 14, 28, 56, 112, 224}};
}

KernelParameter window_parameter(bool pooling) {
  std::vector<int64_t> valid =
      pooling ? std::vector<int64_t>{2, 3} : std::vector<int64_t>{1, 3, 5, 7};
  return {"k", "KERNEL_SIZE", kRequired, 1, ParameterRole::kListed, std::move(valid)};
}

KernelParameter stride_parameter(const char* nnmeter_key) {
  return {"s", nnmeter_key, kRequired, 1, ParameterRole::kListed, {1, 2, 4}};
}

KernelParameter channel_parameter(const char* name, const char* nnmeter_key, int64_t absent) {
  const int64_t least = absent == 0 ? 0 : 1;
  return {name, nnmeter_key, absent, least, ParameterRole::kChannels, {}};
}

KernelParameter size_parameter(const char* name, const char* nnmeter_key) {
  return {name, nnmeter_key, kRequired, 1, ParameterRole::kSize, {}};
}

}  // namespace tacho
