#include "graph_ir/passes/fuse_group_norm.h"

#include "graph_ir/dag.h"
#include "graph_ir/liveness.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
namespace {

NodeId parameter_step(const Graph& graph, NodeId id, Op op, ValueId* parameter) {
  const NodeId next = sole_reader(graph, id);
  if (next == kNoNode || graph.node(next).op != op) return kNoNode;
  if (multiplies_by_zero(graph, graph.node(next))) return kNoNode;
  const auto operands = split_constant(graph, next);
  if (!operands || !is_per_channel(graph, operands->first, operands->other)) return kNoNode;
  *parameter = operands->first;
  return next;
}

}  // namespace

bool fuse_group_norm(Graph& graph, const FusionRules& rules) {
  bool changed = false;
  for (const NodeId id : topological_order(graph)) {
    if (!graph.node(id).alive || graph.node(id).op != Op::kInstanceNormalization) continue;
    const NodeId first = made_by(graph, input(graph, id, 0), Op::kReshape);
    const NodeId back = sole_reader(graph, id);
    if (first == kNoNode || back == kNoNode || graph.node(back).op != Op::kReshape) continue;
    if (!is_constant(graph, input(graph, id, 1)) || !is_constant(graph, input(graph, id, 2)))
      continue;
    const ValueId x = input(graph, first, 0);
    const Dims &d = dims_of(graph, x), &grouped = dims_of(graph, input(graph, id, 0));
    if (!same_dims(graph, x, output(graph, back)) || d.size() < 3 || grouped.size() < 3) continue;
    if (grouped[0] != d[0] || grouped[1] == 0 || d[1] % grouped[1] != 0) continue;
    Replacement r{Op::kGroupNormalization, {x}, {ints_attribute("num_groups", {grouped[1]})}, {}};
    NodeId last = back;
    ValueId scale = kNoValue, bias = kNoValue;
    const NodeId mul = parameter_step(graph, back, Op::kMul, &scale);
    if (mul != kNoNode) {
      const NodeId add = parameter_step(graph, mul, Op::kAdd, &bias);
      if (add != kNoNode) {
        r.inputs = {x, scale, bias};
        last = add;
      }
    }
    changed |= replace_subgraph(graph, last, std::move(r), rules);
  }
  return changed;
}

}  // namespace tacho
