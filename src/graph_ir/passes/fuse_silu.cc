#include "graph_ir/passes/fuse_silu.h"

#include "graph_ir/dag.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
bool fuse_silu(Graph& graph, const FusionRules& rules) {
  bool changed = false;
  for (const NodeId id : topological_order(graph)) {
    if (!graph.node(id).alive || graph.node(id).op != Op::kMul) continue;
    for (const size_t i : {size_t{0}, size_t{1}}) {
      const NodeId sigmoid = made_by(graph, input(graph, id, i), Op::kSigmoid);
      const ValueId x = input(graph, id, 1 - i);
      if (sigmoid == kNoNode || input(graph, sigmoid, 0) != x) continue;
      if (!replace_subgraph(graph, id, {Op::kSilu, {x}, {}, {}}, rules)) continue;
      changed = true;
      break;
    }
  }
  return changed;
}

}  // namespace tacho
