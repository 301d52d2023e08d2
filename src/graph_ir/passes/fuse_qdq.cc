#include "graph_ir/passes/fuse_qdq.h"

#include "graph_ir/dag.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
namespace {

bool is_product(Op op) {
  return op == Op::kConv || op == Op::kConvTranspose || op == Op::kGemm || op == Op::kMatMul;
}

bool narrow_weights(Graph& graph, NodeId id) {
  bool changed = false;
  for (size_t i = 1; i < graph.node(id).inputs.size(); ++i) {
    const ValueId v = graph.node(id).inputs[i];
    const NodeId dequantize = v == kNoValue ? kNoNode : made_by(graph, v, Op::kDequantizeLinear);
    if (dequantize == kNoNode || !is_constant(graph, input(graph, dequantize, 0))) continue;
    graph.set_input(id, i, input(graph, dequantize, 0));
    remove_unread(graph, dequantize);
    changed = true;
  }
  return changed;
}

bool absorb_conversions(Graph& graph, NodeId id) {
  const NodeId quantize = sole_reader(graph, id);
  if (quantize == kNoNode || graph.node(quantize).op != Op::kQuantizeLinear) return false;
  if (input(graph, quantize, 0) != output(graph, id)) return false;
  std::vector<size_t> converted;
  for (size_t i = 0; i < graph.node(id).inputs.size(); ++i) {
    const ValueId v = graph.node(id).inputs[i];
    if (v == kNoValue || is_constant(graph, v)) continue;
    if (made_by(graph, v, Op::kDequantizeLinear) == kNoNode) return false;
    converted.push_back(i);
  }
  if (converted.empty()) return false;
  for (const size_t i : converted) {
    const NodeId dequantize = graph.value(graph.node(id).inputs[i]).producer;
    graph.node(id).fused.push_back(fused_op_of(graph, dequantize));
    graph.set_input(id, i, input(graph, dequantize, 0));
    remove_unread(graph, dequantize);
  }
  absorb_reader(graph, id, quantize);  // scale and zero point are settings
  return true;
}

}  // namespace

bool fuse_qdq(Graph& graph) {
  bool changed = false;
  const std::vector<NodeId> order = topological_order(graph);
  for (const NodeId id : order) {
    if (graph.node(id).alive && is_product(graph.node(id).op)) changed |= narrow_weights(graph, id);
  }
  for (const NodeId id : order) {
    const Node& n = graph.node(id);
    if (n.alive && n.op == Op::kDequantizeLinear && is_constant(graph, output(graph, id))) {
      fold_node(graph, id);
      changed = true;
    }
  }
  for (const NodeId id : order) {
    const Node& n = graph.node(id);
    if (n.alive && (is_product(n.op) || n.op == Op::kAdd)) changed |= absorb_conversions(graph, id);
  }
  return changed;
}

}  // namespace tacho
