// The middle value, for few-shot fits, whose samples may be grossly off.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cassert>
#include <vector>

namespace tacho {

/// At least one value; the mean of the middle two if their number is even.
inline double median(std::vector<double> values) {
  assert(!values.empty());
  const size_t middle = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<long>(middle), values.end());
  const double upper = values[middle];
  if (values.size() % 2 == 1) return upper;
  return (upper + *std::max_element(values.begin(), values.begin() + static_cast<long>(middle))) /
         2;
}

inline double median(const Eigen::ArrayXd& values) {
  return median(std::vector<double>(values.begin(), values.end()));
}

}  // namespace tacho
