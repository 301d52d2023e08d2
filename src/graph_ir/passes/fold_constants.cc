#include "graph_ir/passes/fold_constants.h"

#include "graph_ir/dag.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
bool fold_constants(Graph& graph) {
  bool changed = false;
  for (const NodeId id : topological_order(graph)) {
    Node& n = graph.node(id);
    if (n.op == Op::kDequantizeLinear || n.outputs.empty()) continue;
    bool constant = true;
    for (const ValueId v : n.outputs) constant &= v == kNoValue || is_constant(graph, v);
    if (!constant) continue;
    fold_node(graph, id);
    changed = true;
  }
  return changed;
}

}  // namespace tacho
