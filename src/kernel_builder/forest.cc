#include "kernel_builder/forest.h"

namespace tacho {

double Forest::operator()(const float* features) const {
  double sum = base;
  const TreeNode* const all = nodes.data();
  for (const int32_t root : roots) {
    const TreeNode* node = all + root;
    while (node->feature >= 0) {
      node = all + node->left + !(features[node->feature] < node->value);
    }
    sum += static_cast<double>(node->value);
  }
  return sum;
}

}  // namespace tacho
