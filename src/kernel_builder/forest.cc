#include "kernel_builder/forest.h"

#include <algorithm>
#include <array>

namespace tacho {
namespace {

// A step down a tree waits for its node; so many trees are walked side by side that the waits
// overlap.
constexpr size_t kSideBySide = 8;

}  // namespace

double Forest::operator()(const float* features) const {
  double sum = base;
  const TreeNode* const all = nodes.data();
  size_t tree = 0;
  for (; tree + kSideBySide <= roots.size(); tree += kSideBySide) {
    std::array<const TreeNode*, kSideBySide> at;
    for (size_t i = 0; i < kSideBySide; ++i) at[i] = all + roots[tree + i];
    for (bool moved = true; moved;) {
      int32_t inner = 0;
      for (size_t i = 0; i < kSideBySide; ++i) {
        // Without branches: which way a row goes cannot be foretold. A leaf stays where it is.
        const TreeNode* const node = at[i];
        const bool is_leaf = node->feature < 0;
        const float x = features[std::max(node->feature, 0)];
        const TreeNode* const next = all + (node->left + (x < node->value ? 0 : 1));
        at[i] = is_leaf ? node : next;
        inner += is_leaf ? 0 : 1;
      }
      moved = inner > 0;
    }
    for (const TreeNode* leaf : at) sum += static_cast<double>(leaf->value);
  }
  for (; tree < roots.size(); ++tree) {
    const TreeNode* node = all + roots[tree];
    while (node->feature >= 0) {
      node = all + node->left + (features[node->feature] < node->value ? 0 : 1);
    }
    sum += static_cast<double>(node->value);
  }
  return sum;
}

}  // namespace tacho
