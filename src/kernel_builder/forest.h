// Trees that are trained elsewhere and evaluated here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tacho {

/// Split nodes send x[feature] < threshold to `left`, everything else (NaN too) to left + 1.
struct TreeNode {
  int32_t feature = -1;  ///< -1: a leaf
  float value = 0;       ///< the threshold, or the leaf's value
  int32_t left = 0;      ///< index of the left child in the forest's node array
};

/// The sum of its trees' leaves plus `base`: the form that is trained and kept in files.
struct Forest {
  int32_t num_features = 0;
  double base = 0;
  std::vector<int32_t> roots;
  std::vector<TreeNode> nodes;

  double operator()(const float* features) const;
  /// How far the trees lie apart: the standard deviation of what each alone would answer, were all
  /// the trees like it. Of a random forest, whose trees are alike, a measure of its doubt.
  double spread(const float* features) const;
};

/// The same forest in the form that serves: about a nanosecond a step down a tree. A step waits for
/// its node and which way it goes cannot be foretold, so trees are walked side by side, without
/// branches, the deepest ones together; nodes are eight bytes, so that more of them stay in cache.
class PackedForest {
 public:
  PackedForest() = default;
  /// Throws Error where a forest has more features or larger trees than a node can say.
  explicit PackedForest(const Forest& forest);

  bool empty() const { return groups_.empty(); }
  /// The forest's answer, but for the order in which leaves are added up.
  double operator()(const float* features) const;

 private:
  static constexpr int kSideBySide = 16;

  /// A leaf asks for the one feature that is not a number and so steps right: onto itself.
  struct Node {
    float value = 0;
    uint16_t feature = 0;
    int16_t left = 0;  ///< relative to the node
  };
  struct Group {
    int32_t roots[kSideBySide] = {};
    int32_t steps = 0;  ///< of the deepest tree
  };

  size_t num_features_ = 0;
  double base_ = 0;
  std::vector<Node> nodes_;
  std::vector<Group> groups_;
};

}  // namespace tacho
