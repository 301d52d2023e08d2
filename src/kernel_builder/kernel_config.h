// One configuration of a kernel type: "conv-bn-relu:hw=56,cin=24,cout=64,k=3,s=1".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tacho {

/// `values` stand in the order of the type's parameters (KernelType::parameters), all of them
/// present: those that the text leaves out have taken their defaults.
struct KernelConfig {
  std::string kernel;  ///< a name of the catalogue
  std::vector<int64_t> values;

  bool operator==(const KernelConfig& o) const { return kernel == o.kernel && values == o.values; }
  bool operator<(const KernelConfig& o) const {
    return kernel != o.kernel ? kernel < o.kernel : values < o.values;
  }
};

}  // namespace tacho
