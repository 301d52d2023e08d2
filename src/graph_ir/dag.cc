#include "graph_ir/dag.h"

#include <algorithm>
#include <boost/graph/iteration_macros.hpp>
#include <boost/graph/strong_components.hpp>
#include <functional>
#include <queue>

#include "common/error.h"

namespace tacho {
namespace {

// A node of some cycle: one whose strong component has another member, or that feeds itself.
NodeId node_on_cycle(const Dag& dag) {
  std::vector<int> component(boost::num_vertices(dag));
  const auto index = boost::get(boost::vertex_index, dag);
  const int count =
      boost::strong_components(dag, boost::make_iterator_property_map(component.begin(), index));
  std::vector<int> size(static_cast<size_t>(count));
  for (const int c : component) ++size[static_cast<size_t>(c)];
  BGL_FORALL_VERTICES(v, dag, Dag) {
    if (size[static_cast<size_t>(component[v])] > 1) return static_cast<NodeId>(v);
    BGL_FORALL_ADJ(v, next, dag, Dag) {
      if (next == v) return static_cast<NodeId>(v);
    }
  }
  return kNoNode;
}

// Files list producers first, and most graphs stay so: then the order is that of the ids.
bool is_in_order(const Graph& graph) {
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    if (!graph.node(id).alive) continue;
    for (const ValueId v : graph.node(id).inputs) {
      if (v != kNoValue && graph.value(v).producer >= id) return false;
    }
  }
  return true;
}

std::vector<NodeId> live_nodes(const Graph& graph) {
  std::vector<NodeId> nodes;
  nodes.reserve(static_cast<size_t>(graph.num_node_ids()));
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    if (graph.node(id).alive) nodes.push_back(id);
  }
  return nodes;
}

}  // namespace

Dag node_dag(const Graph& graph) {
  std::vector<std::pair<NodeId, NodeId>> edges;
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    if (!graph.node(id).alive) continue;
    for (const ValueId v : graph.node(id).inputs) {
      if (v != kNoValue && graph.value(v).producer != kNoNode)
        edges.emplace_back(graph.value(v).producer, id);
    }
  }
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return Dag(boost::edges_are_unsorted_multi_pass, edges.begin(), edges.end(),
             static_cast<size_t>(graph.num_node_ids()));
}

std::vector<NodeId> topological_order(const Graph& graph) {
  if (is_in_order(graph)) return live_nodes(graph);
  // Kahn's algorithm with a heap: boost::topological_sort gives an order, but not always the same
  // one after an edit elsewhere; file order wherever the edges allow it makes every later listing
  // readable.
  const Dag dag = node_dag(graph);
  std::vector<int32_t> waiting(boost::num_vertices(dag));
  std::priority_queue<NodeId, std::vector<NodeId>, std::greater<>> ready;
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    waiting[static_cast<size_t>(id)] =
        static_cast<int32_t>(boost::in_degree(static_cast<size_t>(id), dag));
    if (graph.node(id).alive && waiting[static_cast<size_t>(id)] == 0) ready.push(id);
  }
  std::vector<NodeId> order;
  while (!ready.empty()) {
    const NodeId id = ready.top();
    ready.pop();
    order.push_back(id);
    BGL_FORALL_ADJ(static_cast<size_t>(id), next, dag, Dag) {
      if (--waiting[next] == 0) ready.push(static_cast<NodeId>(next));
    }
  }
  if (order.size() != static_cast<size_t>(graph.num_live_nodes())) {
    throw Error(graph.describe(node_on_cycle(dag)) + ": the graph has a cycle through this node");
  }
  return order;
}

}  // namespace tacho
