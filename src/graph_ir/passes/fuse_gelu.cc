#include "graph_ir/passes/fuse_gelu.h"

#include <string_view>

#include "graph_ir/dag.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
namespace {

struct Spelling {
  ValueId x = kNoValue;
  std::string_view approximate;
};

bool is_scaled(const Product& p, double scale, ValueId x) {
  return p.factors.size() == 1 && p.factors[0] == x && is_near(p.scale, scale);
}

// x·x·x or Pow(x, 3), times `scale`.
bool is_cube(const Graph& graph, ValueId value, double scale, ValueId x) {
  const Product p = product_of(graph, value);
  if (!is_near(p.scale, scale)) return false;
  if (p.factors == std::vector<ValueId>{x, x, x}) return true;
  if (p.factors.size() == 1) {
    const NodeId pow = made_by(graph, p.factors[0], Op::kPow);
    return pow != kNoNode && input(graph, pow, 0) == x &&
           is_scalar_near(graph, input(graph, pow, 1), 3);
  }
  if (p.factors.size() != 2) return false;
  for (const size_t i : {size_t{0}, size_t{1}}) {
    const NodeId pow = made_by(graph, p.factors[i], Op::kPow);
    if (pow != kNoNode && p.factors[1 - i] == x && input(graph, pow, 0) == x &&
        is_scalar_near(graph, input(graph, pow, 1), 2)) {
      return true;
    }
  }
  return false;
}

// √(2/π) · (x + 0.044715 · x³)
bool is_tanh_argument(const Graph& graph, ValueId value, ValueId x) {
  const Product p = product_of(graph, value);
  if (p.factors.size() != 1 || !is_near(p.scale, 0.7978845608)) return false;
  const NodeId sum = made_by(graph, p.factors[0], Op::kAdd);
  if (sum == kNoNode) return false;
  const ValueId a = input(graph, sum, 0), b = input(graph, sum, 1);
  return (a == x && is_cube(graph, b, 0.044715, x)) || (b == x && is_cube(graph, a, 0.044715, x));
}

// 1 + erf(x / √2) or 1 + tanh(…): which of the two, if it is one of them.
std::optional<std::string_view> gate_kind(const Graph& graph, ValueId gate, ValueId x) {
  const NodeId sum = made_by(graph, gate, Op::kAdd);
  if (sum == kNoNode) return std::nullopt;
  const auto one = split_scalar(graph, sum, 1);
  if (!one) return std::nullopt;
  if (const NodeId erf = made_by(graph, one->other, Op::kErf); erf != kNoNode) {
    if (is_scaled(product_of(graph, input(graph, erf, 0)), 0.70710678, x)) return "none";
  }
  if (const NodeId tanh = made_by(graph, one->other, Op::kTanh); tanh != kNoNode) {
    if (is_tanh_argument(graph, input(graph, tanh, 0), x)) return "tanh";
  }
  return std::nullopt;
}

std::optional<Spelling> match_gelu(const Graph& graph, NodeId last) {
  const Product p = product_at(graph, last);
  if (p.factors.size() != 2) return std::nullopt;
  for (const size_t i : {size_t{0}, size_t{1}}) {
    const ValueId x = p.factors[i], gate = p.factors[1 - i];
    if (is_near(p.scale, 0.5)) {
      if (const auto kind = gate_kind(graph, gate, x)) return Spelling{x, *kind};
    }
    const NodeId sigmoid = made_by(graph, gate, Op::kSigmoid);
    if (is_near(p.scale, 1) && sigmoid != kNoNode &&
        is_scaled(product_of(graph, input(graph, sigmoid, 0)), 1.702, x)) {
      return Spelling{x, "quick"};
    }
  }
  return std::nullopt;
}

}  // namespace

bool fuse_gelu(Graph& graph, const FusionRules& rules) {
  bool changed = false;
  for (const NodeId id : topological_order(graph)) {
    const Node& n = graph.node(id);
    if (!n.alive || (n.op != Op::kMul && n.op != Op::kDiv)) continue;
    const auto gelu = match_gelu(graph, id);
    if (!gelu) continue;
    Attribute approximate;
    approximate.name = "approximate";
    approximate.text = gelu->approximate;
    changed |= replace_subgraph(graph, id, {Op::kGelu, {gelu->x}, {approximate}, {}}, rules);
  }
  return changed;
}

}  // namespace tacho
