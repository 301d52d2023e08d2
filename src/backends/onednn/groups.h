// Which nodes run as one primitive.
#pragma once

#include <vector>

#include "graph_ir/graph.h"

namespace tacho::onednn {

/// A node and what oneDNN computes in the same primitive. The passes of graph_ir say the same about
/// kernels, but leave the parameters of what they fuse behind; here they are needed.
struct Group {
  NodeId root = kNoNode;
  NodeId norm = kNoNode;        ///< a batch norm, folded into the root's weights
  ValueId bias = kNoValue;      ///< a constant vector added to a matrix product
  ValueId residual = kNoValue;  ///< added after those, of the result's dims
  std::vector<NodeId> activations;
  NodeId last = kNoNode;
  ValueId result = kNoValue;  ///< the first output of `last`
};

/// Whether a value is there before the graph runs, or is computed from such values alone.
std::vector<char> constant_values(const Graph& graph);

/// In an order in which they can run, without nodes whose outputs inference knows.
std::vector<Group> groups_of(const Graph& graph, const std::vector<char>& constant);

}  // namespace tacho::onednn
