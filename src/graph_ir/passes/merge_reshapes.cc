#include "graph_ir/passes/merge_reshapes.h"

#include "graph_ir/dag.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
bool merge_reshapes(Graph& graph) {
  bool changed = false;
  for (const NodeId id : topological_order(graph)) {
    const Node& n = graph.node(id);
    if (!n.alive || !is_reshape(n.op) || n.inputs.empty()) continue;
    const Node* before = graph.producer(n.inputs[0]);
    if (before == nullptr || !is_reshape(before->op)) continue;
    const ValueId origin = before->inputs[0];  // itself no view: those before are merged already
    const NodeId link = graph.value(n.inputs[0]).producer;
    if (same_dims(graph, origin, n.outputs[0])) {
      graph.replace_uses(n.outputs[0], origin);
      remove_unread(graph, id);
    } else {
      Node& merged = graph.node(id);
      merged.op = Op::kReshape;
      merged.op_type = op_name(Op::kReshape);
      merged.attributes.clear();
      graph.set_inputs(id, {origin});
      remove_unread(graph, link);
    }
    changed = true;
  }
  return changed;
}

}  // namespace tacho
