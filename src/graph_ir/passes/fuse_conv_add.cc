#include "graph_ir/passes/fuse_conv_add.h"

#include "graph_ir/dag.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
namespace {

bool is_bare_conv(const Graph& graph, NodeId id) {
  const Node& n = graph.node(id);
  if (n.op != Op::kConv && n.op != Op::kConvTranspose) return false;
  return n.fused.empty() || (n.fused.size() == 1 && n.has_fused(Op::kBatchNormalization));
}

}  // namespace

bool fuse_conv_add(Graph& graph, const FusionRules& rules) {
  bool changed = false;
  std::vector<NodeId> order = topological_order(graph);
  // From the back, so that the later of two convolutions comes first.
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    const NodeId id = *it;
    if (!graph.node(id).alive || !is_bare_conv(graph, id)) continue;
    const NodeId add = sole_reader(graph, id);
    if (add == kNoNode || graph.node(add).op != Op::kAdd) continue;
    const ValueId a = output(graph, id);
    const ValueId r = input(graph, add, input(graph, add, 0) == a ? 1 : 0);
    if (r == a || is_constant(graph, r) || !same_dims(graph, a, r)) continue;
    if (!rules.allow(graph, id, add)) continue;
    absorb_reader(graph, id, add);
    changed = true;
  }
  return changed;
}

}  // namespace tacho
