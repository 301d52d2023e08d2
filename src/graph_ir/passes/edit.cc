#include "graph_ir/passes/edit.h"

#include <algorithm>
#include <cassert>

#include "graph_ir/liveness.h"
#include "graph_ir/passes/match.h"
#include "graph_ir/workload.h"

namespace tacho {
namespace {

// Doubles beyond do not fit in int64. No real layer has so many.
constexpr double kMaxMacs = 9e18;

// No pattern has more nodes than this: a traversal that meets more has left its pattern.
constexpr size_t kMaxPatternNodes = 64;

template <typename List, typename Item>
bool contains(const List& list, Item item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool is_read(const Graph& graph, NodeId id) {
  const auto& out = graph.node(id).outputs;
  return std::any_of(out.begin(), out.end(), [&](ValueId v) {
    return v != kNoValue && (!graph.value(v).consumers.empty() || graph.is_output(v));
  });
}

// Whether each of the nodes may be fused with those of them that read it.
bool allows_all(const FusionRules& rules, const Graph& graph, const std::vector<NodeId>& nodes) {
  if (rules.empty()) return true;
  for (const NodeId reader : nodes) {
    for (const ValueId v : graph.node(reader).inputs) {
      const NodeId root = v == kNoValue ? kNoNode : graph.value(v).producer;
      if (contains(nodes, root) && !rules.allow(graph, root, reader)) return false;
    }
  }
  return true;
}

// Whether the next input would be taken for a bias.
bool has_bias_place(const Node& n) {
  const bool product =
      n.op == Op::kConv || n.op == Op::kConvTranspose || n.op == Op::kGemm || n.op == Op::kMatMul;
  return product && n.inputs.size() == 2;
}

}  // namespace

void remove_unread(Graph& graph, NodeId start) {
  std::vector<NodeId> candidates{start};
  while (!candidates.empty()) {
    const NodeId id = candidates.back();
    candidates.pop_back();
    if (!graph.node(id).alive || is_read(graph, id)) continue;
    for (const ValueId v : graph.node(id).inputs) {
      if (v != kNoValue && graph.value(v).producer != kNoNode) {
        candidates.push_back(graph.value(v).producer);
      }
    }
    graph.remove_node(id);
  }
}

void fold_node(Graph& graph, NodeId id) {
  Node& n = graph.node(id);
  for (const ValueId v : n.outputs) {
    if (v != kNoValue) graph.value(v).producer = kNoNode;
  }
  n.outputs.clear();
  graph.remove_node(id);
}

std::vector<NodeId> nodes_between(const Graph& graph, NodeId last,
                                  const std::vector<ValueId>& inputs) {
  std::vector<NodeId> nodes{last};
  for (size_t next = 0; next < nodes.size(); ++next) {
    for (const ValueId v : graph.node(nodes[next]).inputs) {
      if (v == kNoValue || contains(inputs, v) || is_constant(graph, v)) continue;
      const Value& value = graph.value(v);
      if (value.producer == kNoNode) return {};  // an input of the graph, not named by the pattern
      if (!contains(nodes, value.producer)) nodes.push_back(value.producer);
      if (nodes.size() > kMaxPatternNodes) return {};
    }
  }
  for (const NodeId id : nodes) {
    if (multiplies_by_zero(graph, graph.node(id))) return {};
    if (id == last) continue;
    for (const ValueId v : graph.node(id).outputs) {
      if (v == kNoValue) continue;
      if (graph.is_output(v)) return {};
      for (const NodeId reader : graph.value(v).consumers) {
        if (!contains(nodes, reader)) return {};
      }
    }
  }
  return nodes;
}

bool replace_subgraph(Graph& graph, NodeId last, Replacement r, const FusionRules& rules) {
  const std::vector<NodeId> nodes = nodes_between(graph, last, r.inputs);
  if (nodes.empty() || !allows_all(rules, graph, nodes)) return false;
  std::vector<NodeId> before;
  for (const ValueId v : graph.node(last).inputs) {
    if (v != kNoValue && graph.value(v).producer != kNoNode) {
      before.push_back(graph.value(v).producer);
    }
  }
  Node& n = graph.node(last);
  n.op = r.op;
  n.op_type = op_name(r.op);
  n.domain.clear();
  n.attributes = std::move(r.attributes);
  n.fused = std::move(r.fused);
  graph.set_inputs(last, r.inputs);
  for (const NodeId id : before) remove_unread(graph, id);
  return true;
}

void absorb_reader(Graph& graph, NodeId root, NodeId reader) {
  const ValueId link = output(graph, root);
  assert(graph.sole_consumer(link) == reader);
  std::vector<FusedOp> fused{fused_op_of(graph, reader)};
  const Node& r = graph.node(reader);
  fused.insert(fused.end(), r.fused.begin(), r.fused.end());
  const bool has_settings = r.op == Op::kClip || r.op == Op::kQuantizeLinear;
  const std::vector<ValueId> inputs(r.inputs.begin(), r.inputs.end());
  for (const ValueId v : inputs) {
    if (v == kNoValue || v == link || (has_settings && is_constant(graph, v))) continue;
    if (has_bias_place(graph.node(root))) graph.add_input(root, kNoValue);
    graph.add_input(root, v);
  }
  auto& list = graph.node(root).fused;
  list.insert(list.end(), fused.begin(), fused.end());
  const ValueId result = output(graph, reader);
  graph.set_inputs(reader, {});
  graph.take_output(root, result);
  graph.remove_node(reader);
}

Attribute ints_attribute(std::string name, std::vector<int64_t> values) {
  Attribute a;
  a.name = std::move(name);
  a.ints = std::move(values);
  return a;
}

FusedOp fused_op_of(const Graph& graph, NodeId id) {
  FusedOp fused;
  fused.op = graph.node(id).op;
  fused.elements = elements_of(graph, output(graph, id));
  fused.macs = static_cast<int64_t>(std::min(workload_of(graph, graph.node(id)).macs(), kMaxMacs));
  if (fused.op == Op::kClip) {
    const auto bounds = clip_bounds(graph, id);
    fused.relu6 = bounds && bounds->first == 0 && bounds->second == 6;
  }
  return fused;
}

}  // namespace tacho
