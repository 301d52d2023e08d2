// Random valid configurations of any kernel type, for property tests.
#pragma once

#include <random>

#include "common/error.h"
#include "kernel_builder/catalogue.h"

namespace tacho::testing {

/// Small sizes, so that what is built can also be run; draws until the type accepts.
inline KernelConfig random_config(const KernelType& type, std::mt19937& random) {
  const auto draw = [&](int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random() % static_cast<unsigned>(high - low + 1));
  };
  for (;;) {
    std::vector<int64_t> values;
    for (const KernelParameter& p : type.parameters()) {
      const bool left_out = p.absent != kRequired && draw(0, 1) == 0;
      values.push_back(left_out         ? kRequired
                       : p.name == "k"  ? draw(1, 7)
                       : p.name == "s"  ? draw(1, 4)
                       : p.name == "p"  ? draw(0, 3)
                       : p.name == "g"  ? draw(2, 4)
                       : p.name == "b"  ? draw(1, 4)
                       : p.name == "hw" ? draw(1, 20)
                                        : draw(2, 40));
    }
    try {
      return complete_config(type, values);
    } catch (const Error&) {  // does not fit together
    }
  }
}

}  // namespace tacho::testing
