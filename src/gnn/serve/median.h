// The middle value, for few-shot fits, whose samples may be grossly off.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "common/metrics.h"

namespace tacho {

/// At least one value; the mean of the middle two if their number is even.
inline double median_of(const Eigen::ArrayXd& values) {
  return tacho::median_of(std::vector<double>(values.begin(), values.end()));
}

}  // namespace tacho
