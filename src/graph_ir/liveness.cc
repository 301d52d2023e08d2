#include "graph_ir/liveness.h"

#include <algorithm>

namespace tacho {
namespace {

bool is_known_zero(const Graph& graph, ValueId id) {
  if (id == kNoValue || !graph.value(id).is_constant || !graph.value(id).literal) return false;
  const Literal& literal = *graph.value(id).literal;
  if (literal.size() != 1) return false;
  return literal.reals.empty() ? literal.ints[0] == 0 : literal.reals[0] == 0;
}

bool only_adds(const Node& node) {
  return node.op == Op::kAdd &&
         std::all_of(node.fused.begin(), node.fused.end(),
                     [](const FusedOp& fused) { return fused.op == Op::kAdd; });
}

/// A sum that at most one operand is left of.
bool is_identity_without(const std::vector<uint8_t>& is_zero, const Graph& graph, const Node& node,
                         const std::vector<int32_t>& kernel_of) {
  if (!only_adds(node)) return false;
  size_t zeros = 0;
  for (const ValueId v : node.inputs) {
    const int32_t source = kernel_behind(graph, v, kernel_of);
    zeros += source >= 0 && is_zero[static_cast<size_t>(source)] != 0 ? 1 : 0;
  }
  return zeros > 0 && zeros + 1 >= node.inputs.size();
}

}  // namespace

bool multiplies_by_zero(const Graph& graph, const Node& node) {
  if (node.op != Op::kMul && node.op != Op::kAnd) return false;
  if (!node.fused.empty()) return false;  // further operands are those of what was fused
  return std::any_of(node.inputs.begin(), node.inputs.end(),
                     [&](ValueId v) { return is_known_zero(graph, v); });
}

std::vector<uint8_t> live_kernels(const Graph& graph, const KernelGraph& kernels) {
  const size_t n = kernels.kernels.size();
  std::vector<uint8_t> is_zero(n, 0);
  for (size_t k = 0; k < n; ++k) {
    is_zero[k] = multiplies_by_zero(graph, graph.node(kernels.kernels[k].node)) ? 1 : 0;
  }
  if (std::find(is_zero.begin(), is_zero.end(), 1) == is_zero.end()) {
    return std::vector<uint8_t>(n, 1);
  }

  const std::vector<int32_t> kernel_of = kernels_of_nodes(graph, kernels);
  std::vector<uint8_t> reached(n, 0);
  for (const ValueId v : graph.outputs) {
    const int32_t source = kernel_behind(graph, v, kernel_of);
    if (source >= 0) reached[static_cast<size_t>(source)] = 1;
  }
  // Kernels are in topological order: every reader of a kernel is decided before it.
  std::vector<std::vector<int32_t>> producers(n);
  for (const auto& [producer, consumer] : kernels.edges) {
    producers[static_cast<size_t>(consumer)].push_back(producer);
  }
  for (size_t k = n; k-- > 0;) {
    if (is_zero[k] != 0) reached[k] = 0;
    if (reached[k] == 0) continue;
    for (const int32_t producer : producers[k]) reached[static_cast<size_t>(producer)] = 1;
    const Node& node = graph.node(kernels.kernels[k].node);
    if (is_identity_without(is_zero, graph, node, kernel_of)) reached[k] = 0;
  }
  return reached;
}

}  // namespace tacho
