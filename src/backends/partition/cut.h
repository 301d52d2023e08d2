// Cuts a graph into parts for two runtimes, one of which has not all its operators.
#pragma once

#include <vector>

#include "graph_ir/graph.h"

namespace tacho {

/// Nodes that run at a stretch on one of the two, producers before consumers.
struct Part {
  bool first = true;  ///< on the first runtime; else on the other
  std::vector<NodeId> nodes;
};

/// Which nodes a run must run: not those of known results, nor what nobody reads, nor what depends
/// on constants alone, unless it is an output of the graph. By node id.
std::vector<char> scheduled_nodes(const Graph& graph);

/// All scheduled nodes in parts that alternate between the runtimes, as few as there can be: each
/// takes every node that is ready. `on_first`: by node id.
std::vector<Part> cut(const Graph& graph, const std::vector<char>& on_first);

/// The part alone, together with what computes its constants. Nodes and values keep their ids and
/// names, so that made-up weights stay what they are; what the part does not touch is dead or
/// blank. Its inputs are graph inputs and what other parts make, its outputs what others or the
/// graph's outputs need; both by their ids, ascending. `graph` is inferred.
Graph part_graph(const Graph& graph, const std::vector<NodeId>& nodes);

}  // namespace tacho
