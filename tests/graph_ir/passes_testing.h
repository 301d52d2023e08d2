// What tests of passes share: a graph in, one line out.
#pragma once

#include <string>

#include "graph_ir/dag.h"
#include "graph_ir/infer/infer_shapes.h"
#include "graph_ir/passes/pipeline.h"
#include "graph_ir/testing.h"

namespace tacho::testing {

inline Graph inferred(const std::string& text) {
  Graph graph = graph_from_text(text);
  infer_shapes(graph, {});
  return graph;
}

/// The live nodes in topological order with what is fused into them: "Conv[BatchNormalization,Relu]
/// Add".
inline std::string listing(const Graph& graph) {
  std::string text;
  for (const NodeId id : topological_order(graph)) {
    const Node& n = graph.node(id);
    if (!text.empty()) text += ' ';
    text += n.op_type;
    for (size_t i = 0; i < n.fused.size(); ++i) {
      text += (i == 0 ? "[" : ",") + std::string(op_name(n.fused[i].op));
    }
    if (!n.fused.empty()) text += ']';
  }
  return text;
}

/// The names of the node's inputs, separated by blanks; "-" for one that is absent.
inline std::string inputs_of(const Graph& graph, NodeId id) {
  std::string text;
  for (const ValueId v : graph.node(id).inputs) {
    if (!text.empty()) text += ' ';
    text += v == kNoValue ? "-" : graph.value(v).name;
  }
  return text;
}

/// The listing after the pass; "unchanged: " stands before it if the pass says so. Every node that
/// is left must have known dims, and the graph must still be one.
inline std::string after(const NamedPass& pass, Graph& graph) {
  const bool changed = pass.run(graph, FusionRules());
  for (const NodeId id : topological_order(graph)) {
    for (const ValueId v : graph.node(id).outputs) {
      if (v != kNoValue && !graph.value(v).dims) return "no dims: " + graph.value(v).name;
      if (v != kNoValue && graph.value(v).producer != id) return "not the producer";
    }
  }
  return (changed ? "" : "unchanged: ") + listing(graph);
}

/// `pass` is a Pass or a PassByRules, which has no rules to ask.
template <typename AnyPass>
std::string after(AnyPass pass, Graph& graph) {
  return after(NamedPass("", pass), graph);
}
template <typename AnyPass>
std::string after(AnyPass pass, const std::string& text) {
  Graph graph = inferred(text);
  return after(pass, graph);
}

/// The only live node of that operator.
inline const Node& only(const Graph& graph, Op op) {
  const Node* found = nullptr;
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    if (!graph.node(id).alive || graph.node(id).op != op) continue;
    if (found != nullptr) throw std::runtime_error("two nodes of that operator");
    found = &graph.node(id);
  }
  if (found == nullptr) throw std::runtime_error("no node of that operator");
  return *found;
}

inline NodeId id_of(const Graph& graph, Op op) {
  return graph.value(only(graph, op).outputs[0]).producer;
}

}  // namespace tacho::testing
