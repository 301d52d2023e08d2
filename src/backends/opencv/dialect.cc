#include "backends/opencv/dialect.h"

#include <algorithm>
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

void spell_hard_sigmoid(Node& node) {
  constexpr double kDefault = 0.5;
  auto& attributes = node.attributes;
  attributes.erase(std::remove_if(attributes.begin(), attributes.end(),
                                  [](const Attribute& a) {
                                    return a.name == "beta" && a.floats.size() == 1 &&
                                           a.floats[0] == kDefault;
                                  }),
                   attributes.end());
}

bool has_all_outputs(const Node& node) {
  return std::count(node.outputs.begin(), node.outputs.end(), kNoValue) == 0;
}

void spell_split(Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  if (node.find_attribute("split") != nullptr || !has_all_outputs(node)) return;
  int64_t axis = node.int_attribute("axis", 0);
  if (axis < 0) axis += static_cast<int64_t>(graph.value(node.inputs[0]).dims->size());
  std::vector<int64_t> sizes;
  for (const ValueId v : node.outputs) {
    sizes.push_back(graph.value(v).dims->at(static_cast<size_t>(axis)));
  }
  if (std::count(sizes.begin(), sizes.end(), sizes[0]) == static_cast<int64_t>(sizes.size()))
    return;
  graph.set_inputs(id, {node.inputs[0]});
  Attribute split;
  split.name = "split";
  split.ints = sizes;
  graph.node(id).attributes.push_back(split);
}

bool is_computed(const Graph& graph, ValueId id) {
  return id != kNoValue && !graph.value(id).is_constant;
}

}  // namespace

Graph in_dialect(Graph graph) {
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    Node& node = graph.node(id);
    if (!node.alive) continue;
    if (node.op == Op::kConv || node.op == Op::kConvTranspose) spell_kernel_shape(graph, node);
    if (node.op == Op::kClip) spell_clip(graph, id);
    if (node.op == Op::kSplit) spell_split(graph, id);
    if (node.op == Op::kHardSigmoid) spell_hard_sigmoid(node);
  }
  return graph;
}

std::vector<std::string> computed_wrongly(const Graph& graph) {
  std::vector<std::string> reasons;
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    const Node& node = graph.node(id);
    if (node.alive && node.op == Op::kSplit && !has_all_outputs(node)) {
      reasons.push_back(graph.describe(id) + ": OpenCV divides by the outputs that are there");
    }
    if (!node.alive || node.op != Op::kMatMul || !is_computed(graph, node.inputs[0]) ||
        !is_computed(graph, node.inputs[1])) {
      continue;
    }
    const NodeId reader = graph.sole_consumer(node.outputs[0]);
    if (reader == kNoNode) continue;
    const Node& scale = graph.node(reader);
    if (scale.op != Op::kMul && scale.op != Op::kDiv) continue;
    if (is_computed(graph, scale.inputs[0]) && is_computed(graph, scale.inputs[1])) continue;
    reasons.push_back(graph.describe(reader) + ": OpenCV computes the scaled product of " +
                      graph.describe(id) + " wrongly");
  }
  return reasons;
}

}  // namespace tacho::opencv
