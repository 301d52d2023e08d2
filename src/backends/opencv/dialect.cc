#include "backends/opencv/dialect.h"

#include <limits>
#include <optional>

namespace tacho::opencv {
namespace {

void spell_kernel_shape(const Graph& graph, Node& node) {
  if (node.find_attribute("kernel_shape") != nullptr || node.inputs.size() < 2) return;
  const std::optional<Dims>& weight = graph.value(node.inputs[1]).dims;
  if (!weight || weight->size() < 3) return;
  Attribute shape;
  shape.name = "kernel_shape";
  shape.ints.assign(weight->begin() + 2, weight->end());
  node.attributes.push_back(shape);
}

// The one element of input `i`; `absent` if the node has no such input; nullopt if it is computed.
std::optional<double> bound(const Graph& graph, const Node& node, size_t i, double absent) {
  if (i >= node.inputs.size() || node.inputs[i] == kNoValue) return absent;
  const std::optional<Literal>& literal = graph.value(node.inputs[i]).literal;
  if (!literal || literal->size() != 1) return std::nullopt;
  return literal->ints.empty() ? literal->reals[0] : static_cast<double>(literal->ints[0]);
}

void spell_clip(Graph& graph, NodeId id) {
  Node& node = graph.node(id);
  if (node.inputs.size() < 2) return;
  constexpr double kMost = std::numeric_limits<float>::max();
  const auto low = bound(graph, node, 1, -kMost), high = bound(graph, node, 2, kMost);
  if (!low || !high) return;
  graph.set_inputs(id, {node.inputs[0]});
  for (const auto& [name, x] : {std::pair("min", *low), std::pair("max", *high)}) {
    Attribute attribute;
    attribute.name = name;
    attribute.floats = {x};
    graph.node(id).attributes.push_back(attribute);
  }
}

}  // namespace

Graph in_dialect(Graph graph) {
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    Node& node = graph.node(id);
    if (!node.alive) continue;
    if (node.op == Op::kConv || node.op == Op::kConvTranspose) spell_kernel_shape(graph, node);
    if (node.op == Op::kClip) spell_clip(graph, id);
  }
  return graph;
}

}  // namespace tacho::opencv
