// The kernels of a lowered graph: one per live node that computes or moves data (views are
// neither), in topological order, with their costs.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "graph_ir/graph.h"

namespace tacho {

/// What a kernel costs by counting. One multiply-accumulate is 1 MAC and 2 FLOPs. Byte counts take
/// every activation at its own dtype's width, each operand once.
struct Cost {
  double flops = 0;        ///< all floating-point operations, fused ones included
  double macs = 0;         ///< of convolutions and matrix products only
  double params = 0;       ///< elements of constant float operands
  double activations = 0;  ///< ACTS: output elements of convolutions and fully connected layers
  double read_bytes = 0;   ///< activations and weights read
  double write_bytes = 0;
  double weight_bytes = 0;  ///< the part of read_bytes that is constant

  double bytes() const { return read_bytes + write_bytes; }
  /// FLOPs per byte moved; 0 if no byte is.
  double intensity() const { return bytes() > 0 ? flops / bytes() : 0; }
  Cost& operator+=(const Cost& other);
};

struct Kernel {
  NodeId node = kNoNode;
  std::string type;  ///< nn-Meter's name: "conv-bn-relu", "dwconv-bn-relu6", "fc", "add-relu", …
  Cost cost;
};

struct KernelGraph {
  std::vector<Kernel> kernels;
  std::vector<std::pair<int32_t, int32_t>>
      edges;  ///< (producer, consumer): indices into kernels, sorted
};

/// Reshape, Squeeze and the like: another look at the same bytes, which no runtime launches a
/// kernel for.
bool is_view(Op op);
/// nn-Meter's name of the kernel that the node is after fusion.
std::string kernel_type(const Graph& graph, NodeId node);
/// The graph must be inferred; after run_passes() its nodes are kernels.
Cost node_cost(const Graph& graph, NodeId node);
KernelGraph kernels_of(const Graph& graph);
/// Of each node id its kernel's index; −1 for nodes that are none.
std::vector<int32_t> kernels_of_nodes(const Graph& graph, const KernelGraph& kernels);
/// The kernel behind a value: its producer or, where that is a view, the kernel behind the view's
/// input. −1 for graph inputs, constants and absent values. `kernel_of` is kernels_of_nodes()'s.
int32_t kernel_behind(const Graph& graph, ValueId value, const std::vector<int32_t>& kernel_of);

struct GraphTotals {
  Cost cost;                  ///< sum over kernels, but params counts each weight once
  double input_elements = 0;  ///< INP
};
/// params: weights that reach the output, each once. A weight folded from initializers counts as
/// the smaller of its own size and theirs: two reshaped copies of one weight are one weight, an
/// index table expanded to a bias is the table.
GraphTotals totals_of(const Graph& graph, const KernelGraph& kernels);

}  // namespace tacho
