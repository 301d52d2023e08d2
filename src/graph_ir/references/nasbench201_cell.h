// A cell of NAS-Bench-201 (Dong and Yang, ICLR 2020).
//
// Its nodes are 0..3, node 0 its input, node 3 its output, every node the sum of its edges. The
// text lists the edges into nodes 1, 2 and 3, each from all nodes before it:
// "|op~0|+|op~0|op~1|+|op~0|op~1|op~2|", op being none, skip_connect, avg_pool_3x3, nor_conv_1x1 or
// nor_conv_3x3.
#pragma once

#include <array>
#include <string_view>

namespace tacho {

enum class CellOp { kAbsent, kNone, kSkip, kAvgPool3x3, kConv1x1, kConv3x3 };

struct Nasbench201Cell {
  /// op[n − 1][s]: the edge from node s to node n, s < n.
  std::array<std::array<CellOp, 3>, 3> op = {};

  CellOp& edge(size_t source, size_t node) { return op[node - 1][source]; }
  CellOp edge(size_t source, size_t node) const { return op[node - 1][source]; }
  /// Whether any edge enters `node`.
  bool has_edge_into(size_t node) const;
};

constexpr size_t kCellNodes = 4;

/// Throws Error (usage) naming the node and the edge that are wrong.
Nasbench201Cell parse_nasbench201_cell(std::string_view text);

/// What is left when `none` edges are gone, and with them every edge that does not lie on a way
/// from input to output any more: what a converter makes of the cell.
Nasbench201Cell without_zero_edges(Nasbench201Cell cell);

}  // namespace tacho
