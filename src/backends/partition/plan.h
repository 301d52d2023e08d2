// Which parts of a graph run on which of two runtimes.
#pragma once

#include <string>
#include <vector>

#include "backends/backend.h"
#include "graph_ir/graph.h"

namespace tacho {

struct Piece {
  bool first = true;  ///< on the first runtime
  std::vector<NodeId> nodes;
  Graph graph;
};

struct Plan {
  std::vector<Piece> pieces;
  std::vector<std::string> reasons;  ///< why it cannot be run, if it cannot
};

/// As much as can be on `first`, in as few pieces as that allows; the whole graph if it runs it.
/// Each piece of the first's was run there once.
Plan make_plan(const Graph& graph, Backend& first, const Backend& rest);

}  // namespace tacho
