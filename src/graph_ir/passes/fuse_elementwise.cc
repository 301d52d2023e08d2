#include "graph_ir/passes/fuse_elementwise.h"

#include "graph_ir/dag.h"
#include "graph_ir/liveness.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
bool fuse_elementwise(Graph& graph, const FusionRules& rules) {
  bool changed = false;
  std::vector<bool> is_root(static_cast<size_t>(graph.num_node_ids()));
  for (const NodeId id : topological_order(graph)) {
    if (!graph.node(id).alive || !is_elementwise(graph.node(id).op)) continue;
    if (multiplies_by_zero(graph, graph.node(id))) continue;
    for (;;) {
      const NodeId next = sole_reader(graph, id);
      if (next == kNoNode || !is_elementwise(graph.node(next).op)) break;
      if (multiplies_by_zero(graph, graph.node(next))) break;
      // A chain that has grown already has its operands in another order than this one's.
      if (is_root[static_cast<size_t>(next)]) break;
      if (!same_dims(graph, output(graph, id), output(graph, next))) break;
      if (!rules.allow(graph, id, next)) break;
      absorb_reader(graph, id, next);
      is_root[static_cast<size_t>(id)] = true;
      changed = true;
    }
  }
  return changed;
}

}  // namespace tacho
