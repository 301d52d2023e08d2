#include "graph_ir/passes/fuse_hswish.h"

#include "graph_ir/dag.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
namespace {

// clip(x + 3, 0, 6)
bool is_shifted_relu6(const Graph& graph, ValueId gate, ValueId x) {
  const NodeId clip = made_by(graph, gate, Op::kClip);
  if (clip == kNoNode) return false;
  const auto bounds = clip_bounds(graph, clip);
  if (!bounds || bounds->first != 0 || bounds->second != 6) return false;
  const NodeId add = made_by(graph, input(graph, clip, 0), Op::kAdd);
  if (add == kNoNode) return false;
  const auto three = split_scalar(graph, add, 3);
  return three && three->other == x;
}

bool is_hard_sigmoid(const Graph& graph, ValueId gate, ValueId x) {
  const NodeId id = made_by(graph, gate, Op::kHardSigmoid);
  if (id == kNoNode || input(graph, id, 0) != x) return false;
  const Node& n = graph.node(id);
  return is_near(n.float_attribute("alpha", 0.2), 1.0 / 6) &&
         is_near(n.float_attribute("beta", 0.5), 0.5);
}

ValueId match_hswish(const Graph& graph, NodeId last) {
  const Product p = product_at(graph, last);
  if (p.factors.size() != 2) return kNoValue;
  for (const size_t i : {size_t{0}, size_t{1}}) {
    const ValueId x = p.factors[i], gate = p.factors[1 - i];
    if (is_near(p.scale, 1.0 / 6) && is_shifted_relu6(graph, gate, x)) return x;
    if (is_near(p.scale, 1) && is_hard_sigmoid(graph, gate, x)) return x;
  }
  return kNoValue;
}

}  // namespace

bool fuse_hswish(Graph& graph, const FusionRules& rules) {
  bool changed = false;
  for (const NodeId id : topological_order(graph)) {
    const Node& n = graph.node(id);
    if (!n.alive || (n.op != Op::kMul && n.op != Op::kDiv)) continue;
    const ValueId x = match_hswish(graph, id);
    if (x != kNoValue) changed |= replace_subgraph(graph, id, {Op::kHardSwish, {x}, {}, {}}, rules);
  }
  return changed;
}

}  // namespace tacho
