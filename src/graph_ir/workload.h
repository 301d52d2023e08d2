// A kernel's multiply-accumulate work in one form: a batch of matrix products.
#pragma once

#include "graph_ir/graph.h"

namespace tacho {

/// `batch` independent products of an m × k by a k × n matrix. All in elements, as doubles since
/// products of them overflow int64 on absurd but valid models.
///   convolution      batch = groups, m = images · output positions, n = output channels / groups,
///                    k = input channels / groups · kernel positions (implicit GEMM)
///   transposed       batch = groups, m = images · input positions, n = output channels / groups ·
///                    kernel positions, k = input channels / groups
///   fully connected  batch = 1, m = rows, n and k = output and input features
///   attention        batch = images · heads, m = queries, n = keys, k = head size + value size
///   recurrent        batch = directions · steps, m = images, n = gates · hidden, k = input +
///   hidden
struct Workload {
  double batch = 0, m = 0, n = 0, k = 0;  ///< all 0: no such work
  int64_t groups = 1;
  int64_t kernel_size = 1;  ///< largest side of a convolution's or pooling's window
  int64_t kernel_positions = 1;
  int64_t stride = 1;    ///< largest
  int64_t dilation = 1;  ///< largest

  double macs() const { return batch * m * n * k; }
};

/// Dims must be known. Absorbed operators (FusedOp) are not part of it.
Workload workload_of(const Graph& graph, const Node& node);

/// Which input of the operator is a bias, if it can have one. (Input 2 of an integer convolution is
/// a zero point, of a recurrent layer its second weights.)
std::optional<size_t> bias_index(Op op);
/// Whether the node adds a constant bias.
bool has_constant_bias(const Graph& graph, const Node& node);

enum class WorkKind {
  kNone,
  kDense,
  kGrouped,
  kDepthwise,
  kTransposed,
  kFullyConnected,
  kProduct,
  kAttention,
  kRecurrent
};
/// Depthwise: as many groups as input channels, more than one. FullyConnected: a matrix product
/// with constant weights. Product: one whose operands are both computed.
WorkKind work_kind(const Graph& graph, const Node& node);

}  // namespace tacho
