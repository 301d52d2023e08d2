#include "kernel_builder/graph_blocks.h"

#include <algorithm>

namespace tacho {
namespace {

std::string node_name(const Graph& graph, const Kernel& kernel) {
  const Node& node = graph.node(kernel.node);
  if (!node.name.empty()) return node.name;
  return node.op_type + "#" + std::to_string(kernel.node);
}

bool parts_names(char c) { return c == '/' || c == '.'; }

/// The common beginning of both that ends before a separator (in both, or at an end).
std::string shared_prefix(const std::string& a, const std::string& b) {
  size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i]) ++i;
  const bool whole = (i == a.size() || parts_names(a[i])) && (i == b.size() || parts_names(b[i]));
  if (!whole) {
    while (i > 0 && !parts_names(a[i - 1])) --i;
    if (i > 0) --i;
  }
  return a.substr(0, i);
}

std::string block_name(const Graph& graph, const KernelGraph& kernels, size_t first, size_t last) {
  const std::string begin = node_name(graph, kernels.kernels[first]);
  std::string shared = begin;
  for (size_t i = first + 1; i <= last; ++i) {
    shared = shared_prefix(shared, node_name(graph, kernels.kernels[i]));
  }
  if (!shared.empty()) return shared;
  return begin + " … " + node_name(graph, kernels.kernels[last]);
}

}  // namespace

std::vector<GraphBlock> blocks_of(const Graph& graph, const KernelGraph& kernels) {
  const size_t n = kernels.kernels.size();
  // After kernel i, the outputs of those kernels up to i that are read after i are alive.
  std::vector<size_t> last_reader(n);
  for (size_t i = 0; i < n; ++i) last_reader[i] = i;
  for (const auto& [producer, consumer] : kernels.edges) {
    size_t& last = last_reader[static_cast<size_t>(producer)];
    last = std::max(last, static_cast<size_t>(consumer));
  }
  std::vector<int> change(n + 1, 0);
  for (size_t i = 0; i < n; ++i) {
    if (last_reader[i] == i) continue;
    ++change[i];
    --change[last_reader[i]];
  }
  std::vector<GraphBlock> blocks;
  size_t first = 0;
  int alive = 0;
  for (size_t i = 0; i < n; ++i) {
    alive += change[i];
    if (alive > 1 && i + 1 < n) continue;
    blocks.push_back({first, i, block_name(graph, kernels, first, i)});
    first = i + 1;
  }
  return blocks;
}

}  // namespace tacho
