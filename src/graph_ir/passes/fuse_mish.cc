#include "graph_ir/passes/fuse_mish.h"

#include "graph_ir/dag.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
bool fuse_mish(Graph& graph, const FusionRules& rules) {
  bool changed = false;
  for (const NodeId id : topological_order(graph)) {
    if (!graph.node(id).alive || graph.node(id).op != Op::kMul) continue;
    const auto gate = split_op(graph, id, Op::kTanh);
    if (!gate) continue;
    const NodeId tanh = graph.value(gate->first).producer;
    const NodeId softplus = made_by(graph, input(graph, tanh, 0), Op::kSoftplus);
    if (softplus == kNoNode || input(graph, softplus, 0) != gate->other) continue;
    changed |= replace_subgraph(graph, id, {Op::kMish, {gate->other}, {}, {}}, rules);
  }
  return changed;
}

}  // namespace tacho
