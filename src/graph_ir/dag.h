// The one place where the IR meets Boost.Graph.
//
// `Dag` is a compressed sparse row graph: built once, read often, vertices numbered 0..n-1, edges
// sorted by source, so that every iteration order is fixed. It is bidirectional because message
// passing and pattern matching walk edges both ways. An adjacency_list would allow edits, but edits
// happen in Graph; an algorithm gets a Dag of the moment.
#pragma once

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <vector>

#include "graph_ir/graph.h"

namespace tacho {

using Dag = boost::compressed_sparse_row_graph<boost::bidirectionalS>;

/// Vertices are all node ids, dead ones included (without edges); one edge per producer-consumer
/// pair, duplicates removed.
Dag node_dag(const Graph& graph);

/// Live nodes, producers before consumers; among nodes that could come next the smallest id first.
/// Throws Error naming a node on a cycle, if there is one.
std::vector<NodeId> topological_order(const Graph& graph);

}  // namespace tacho
