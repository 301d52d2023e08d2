// A network cut into blocks: the residual blocks, stages and single layers that people speak of.
#pragma once

#include <string>
#include <vector>

#include "graph_ir/kernels.h"

namespace tacho {

/// Kernels first to last, both included, in the order of the KernelGraph.
struct GraphBlock {
  size_t first = 0, last = 0;
  /// What the kernels' node names share up to a '/' or '.': "/layer1/layer1.0"; a single kernel's
  /// own name; where nothing is shared, the first and the last: "Conv_3 … Relu_9".
  std::string name;
};

/// Cuts where exactly one kernel's output is still to be read: before and after each residual
/// block, but not inside one. Graph inputs and weights do not count as alive. Every kernel is in
/// exactly one block. A last kernel whose output nobody reads ends a block as well.
std::vector<GraphBlock> blocks_of(const Graph& graph, const KernelGraph& kernels);

}  // namespace tacho
