// Networks of NAS-Bench-201 (Dong and Yang, ICLR 2020): a cell of four nodes, stacked.
//
// A cell's nodes are 0..3, node 0 its input, node 3 its output, every node the sum of its edges.
// The text lists the edges into nodes 1, 2 and 3, each from all nodes before it:
// "|op~0|+|op~0|op~1|+|op~0|op~1|op~2|", op being none, skip_connect, avg_pool_3x3, nor_conv_1x1 or
// nor_conv_3x3.
#pragma once

#include <array>
#include <string_view>

#include "graph_ir/graph_builder.h"

namespace tacho {

enum class CellOp { kNone, kSkip, kAvgPool3x3, kConv1x1, kConv3x3 };

/// op[n − 1][s]: the edge from node s to node n, s < n.
struct Nasbench201Cell {
  std::array<std::array<CellOp, 3>, 3> op = {};
};

enum class ZeroEdges {
  /// A `none` edge multiplies its source by zero, and the product is added: what PyTorch does.
  kComputed,
  /// `none` edges are gone, with every edge that leads only from or to them: what is left after a
  /// converter folded them (NNLQP's files). A cell whose output nothing reaches is its input times
  /// zero, so that the graph stays connected.
  kPruned,
};

/// The benchmark's own sizes, but for the image.
struct Nasbench201Size {
  int64_t channels = 16;  ///< of the first stage; doubled at the second and third
  int64_t cells = 5;      ///< per stage
  int64_t classes = 10;
};

/// Throws Error (usage) naming the node and the edge that are wrong.
Nasbench201Cell parse_nasbench201_cell(std::string_view text);

/// From an image to the classes.
ValueId nasbench201_network(GraphBuilder& g, ValueId image, const Nasbench201Cell& cell,
                            ZeroEdges zero_edges, const Nasbench201Size& size = {});

/// `cell` as text; on CIFAR-10's images, 32×32.
Graph build_nasbench201(std::string_view cell, int64_t batch);
Graph build_nasbench201_pruned(std::string_view cell, int64_t batch);

}  // namespace tacho
