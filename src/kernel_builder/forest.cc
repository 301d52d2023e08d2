#include "kernel_builder/forest.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "common/error.h"

namespace tacho {
namespace {

double leaf_of(const Forest& forest, int32_t root, const float* features) {
  const TreeNode* node = forest.nodes.data() + root;
  while (node->feature >= 0) {
    node = forest.nodes.data() + node->left + (features[node->feature] < node->value ? 0 : 1);
  }
  return static_cast<double>(node->value);
}

/// Steps from the root to the deepest leaf.
int32_t depth(const Forest& forest, int32_t root) {
  const TreeNode& node = forest.nodes[static_cast<size_t>(root)];
  if (node.feature < 0) return 0;
  return 1 + std::max(depth(forest, node.left), depth(forest, node.left + 1));
}

}  // namespace

double Forest::operator()(const float* features) const {
  double sum = base;
  for (const int32_t root : roots) sum += leaf_of(*this, root, features);
  return sum;
}

double Forest::spread(const float* features) const {
  if (roots.empty()) return 0;
  double sum = 0, squares = 0;
  for (const int32_t root : roots) {
    const double leaf = leaf_of(*this, root, features);
    sum += leaf;
    squares += leaf * leaf;
  }
  const auto trees = static_cast<double>(roots.size());
  return std::sqrt(std::max(0.0, trees * squares - sum * sum));
}

PackedForest::PackedForest(const Forest& forest)
    : num_features_(static_cast<size_t>(forest.num_features)), base_(forest.base) {
  constexpr int64_t kMost = std::numeric_limits<int16_t>::max();
  if (forest.num_features >= kMost) throw Error("a forest of too many features to serve");
  nodes_.reserve(forest.nodes.size() + 1);
  for (size_t i = 0; i < forest.nodes.size(); ++i) {
    const TreeNode& from = forest.nodes[i];
    const int64_t left = from.feature < 0 ? -1 : from.left - static_cast<int64_t>(i);
    if (left > kMost || left < -kMost) throw Error("a tree of too many leaves to serve");
    const int32_t feature = from.feature < 0 ? forest.num_features : from.feature;
    nodes_.push_back({from.value, static_cast<uint16_t>(feature), static_cast<int16_t>(left)});
  }
  // What fills up the last group: a leaf of nothing.
  const auto nothing = static_cast<int32_t>(nodes_.size());
  nodes_.push_back({0, static_cast<uint16_t>(forest.num_features), -1});

  std::vector<int32_t> depths, order(forest.roots.size());
  for (const int32_t root : forest.roots) depths.push_back(depth(forest, root));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) {
    return depths[static_cast<size_t>(a)] > depths[static_cast<size_t>(b)];
  });
  for (size_t first = 0; first < order.size(); first += kSideBySide) {
    Group group;
    std::fill(std::begin(group.roots), std::end(group.roots), nothing);
    group.steps = depths[static_cast<size_t>(order[first])];
    for (size_t i = first; i < std::min(order.size(), first + kSideBySide); ++i) {
      group.roots[i - first] = forest.roots[static_cast<size_t>(order[i])];
    }
    groups_.push_back(group);
  }
}

double PackedForest::operator()(const float* features) const {
  static thread_local std::vector<float> row;
  row.assign(features, features + num_features_);
  row.push_back(std::numeric_limits<float>::quiet_NaN());
  const float* const x = row.data();
  const Node* const all = nodes_.data();
  double sum = base_;
  for (const Group& group : groups_) {
    const Node* at[kSideBySide];
    for (int i = 0; i < kSideBySide; ++i) at[i] = all + group.roots[i];
    for (int32_t step = 0; step < group.steps; ++step) {
      for (const Node*& node : at) {
        const int right = !(x[node->feature] < node->value);
        node += node->left + right;
      }
    }
    for (const Node* leaf : at) sum += static_cast<double>(leaf->value);
  }
  return sum;
}

}  // namespace tacho
