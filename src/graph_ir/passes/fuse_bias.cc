#include "graph_ir/passes/fuse_bias.h"

#include "graph_ir/dag.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
namespace {

bool is_bias_of(const Graph& graph, ValueId bias, NodeId id) {
  const ValueId out = output(graph, id);
  if (elements_of(graph, bias) == 1) return true;
  const Op op = graph.node(id).op;
  if (op == Op::kConv || op == Op::kConvTranspose) return is_per_channel(graph, bias, out);
  const Dims &b = dims_of(graph, bias), &d = dims_of(graph, out);
  return !b.empty() && !d.empty() && b.back() == d.back() && elements_of(graph, bias) == d.back();
}

}  // namespace

bool fuse_bias(Graph& graph) {
  bool changed = false;
  for (const NodeId id : topological_order(graph)) {
    if (!is_weighted(graph, id) || input(graph, id, 2) != kNoValue) continue;
    if (!graph.node(id).fused.empty()) continue;
    const NodeId add = sole_reader(graph, id);
    if (add == kNoNode || graph.node(add).op != Op::kAdd) continue;
    const auto operands = split_constant(graph, add);
    if (!operands || !is_bias_of(graph, operands->first, id)) continue;
    if (!same_dims(graph, output(graph, id), output(graph, add))) continue;
    const ValueId x = input(graph, id, 0), w = input(graph, id, 1), sum = output(graph, add);
    graph.set_inputs(id, {x, w, operands->first});
    graph.set_inputs(add, {});
    graph.take_output(id, sum);
    graph.remove_node(add);
    changed = true;
  }
  return changed;
}

}  // namespace tacho
