// Trees that are trained elsewhere and evaluated here: flat arrays, a few microseconds a row.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tacho {

/// Split nodes send x[feature] < threshold to `left`, everything else (NaN too) to left + 1.
struct TreeNode {
  int32_t feature = -1;  ///< -1: a leaf
  float value = 0;       ///< the threshold, or the leaf's value
  int32_t left = 0;      ///< index of the left child in the forest's node array
};

/// The sum of its trees' leaves plus `base`.
struct Forest {
  int32_t num_features = 0;
  double base = 0;
  std::vector<int32_t> roots;
  std::vector<TreeNode> nodes;

  double operator()(const float* features) const;
};

}  // namespace tacho
