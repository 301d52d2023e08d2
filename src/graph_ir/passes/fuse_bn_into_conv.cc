#include "graph_ir/passes/fuse_bn_into_conv.h"

#include "graph_ir/dag.h"
#include "graph_ir/liveness.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
namespace {

bool is_inference_bn(const Graph& graph, NodeId id) {
  const Node& n = graph.node(id);
  if (n.op != Op::kBatchNormalization || n.inputs.size() != 5 || n.outputs.size() != 1)
    return false;
  for (size_t i = 1; i < 5; ++i) {
    if (!is_constant(graph, n.inputs[i])) return false;
  }
  return n.int_attribute("training_mode", 0) == 0;
}

// The Add of y = Mul(a, scale) + bias, if `id` is the Mul; its bias goes to *bias.
NodeId end_of_affine(const Graph& graph, NodeId id, ValueId* bias) {
  if (graph.node(id).op != Op::kMul || multiplies_by_zero(graph, graph.node(id))) return kNoNode;
  const NodeId add = sole_reader(graph, id);
  if (add == kNoNode || graph.node(add).op != Op::kAdd) return kNoNode;
  const auto by = split_constant(graph, id), plus = split_constant(graph, add);
  if (!by || !plus || !is_per_channel(graph, by->first, by->other) ||
      !is_per_channel(graph, plus->first, by->other)) {
    return kNoNode;
  }
  *bias = plus->first;
  return add;
}

// Whether dimension 1, a batch norm's, is the weights' output dimension: always of a convolution,
// of a matrix product only at rank 2.
bool channels_are_outputs(const Graph& graph, NodeId id) {
  const Op op = graph.node(id).op;
  return (op != Op::kMatMul && op != Op::kGemm) || dims_of(graph, output(graph, id)).size() == 2;
}

}  // namespace

bool fuse_bn_into_conv(Graph& graph, const FusionRules& rules) {
  bool changed = false;
  for (const NodeId id : topological_order(graph)) {
    if (!is_weighted(graph, id) || !channels_are_outputs(graph, id) ||
        !graph.node(id).fused.empty()) {
      continue;
    }
    const NodeId next = sole_reader(graph, id);
    if (next == kNoNode) continue;
    NodeId last = kNoNode;
    ValueId bias = kNoValue;
    if (!rules.allow(graph, id, next)) continue;
    if (is_inference_bn(graph, next) && input(graph, next, 0) == output(graph, id)) {
      last = next;
      bias = input(graph, next, 2);
    } else {
      last = end_of_affine(graph, next, &bias);
    }
    if (last == kNoNode) continue;
    const ValueId result = output(graph, last), own_bias = input(graph, id, 2);
    graph.set_inputs(
        id, {input(graph, id, 0), input(graph, id, 1), own_bias == kNoValue ? bias : own_bias});
    graph.take_output(id, result);
    remove_unread(graph, last);
    graph.node(id).fused.push_back({Op::kBatchNormalization, elements_of(graph, result)});
    changed = true;
  }
  return changed;
}

}  // namespace tacho
