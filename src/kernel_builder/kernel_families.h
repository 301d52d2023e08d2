// The kinds of kernels that the table in builtin_kernels.cc is made of. A cost formula counts what
// graph_ir counts on the graph that the same family builds; a property test holds them together.
#pragma once

#include "kernel_builder/kernel_declaration.h"

namespace tacho {

// Parameters with the values that samplers draw (nn-Meter's lists).
KernelParameter hw_parameter();
KernelParameter window_parameter(bool pooling);
KernelParameter stride_parameter(const char* nnmeter_key);
KernelParameter channel_parameter(const char* name, const char* nnmeter_key,
                                  int64_t absent = kRequired);
KernelParameter size_parameter(const char* name, const char* nnmeter_key);

/// What may stand behind a convolution, in this order.
enum class Tail { kBn, kRelu, kRelu6, kHswish };
using Tails = std::vector<Tail>;

enum class ConvKind { kDense, kDepthwise, kGrouped };

/// hw, cin, cout, k, s (g), p: input b × cin × hw × hw, a square window, zero padding p on every
/// side, no bias unless a batch norm brings one. Depthwise: cout is a multiple of cin, by default
/// cin.
KernelFamily conv_family(ConvKind kind, const Tails& tails);
/// hw, cin, cout, k, s, p: output extent (hw - 1)·s + k - 2p.
KernelFamily conv_transpose_family();
/// hw, cin, cout = cin, k, s (nn-Meter's POOL_STRIDES), p.
KernelFamily pool_family(bool max);
KernelFamily global_pool_family();
/// cin, cout; b rows, with a bias.
KernelFamily fc_family();
/// b products of m × k by k × n, both operands computed.
KernelFamily matmul_family();
/// heads, m queries, n keys of d elements.
KernelFamily attention_family();

enum class RowOp { kSoftmax, kLayerNorm };
/// b × rows × cols, over the last axis.
KernelFamily row_family(RowOp op);

enum class MapOp {
  kBn,
  kBnRelu,
  kRelu,
  kHswish,
  kGelu,
  kSilu,
  kSigmoid,
  kTanh,
  kAdd,
  kAddRelu,
  kMul,
  kTranspose
};
/// hw, cin: b × cin × hw × hw, element by element; Add and Mul have two such operands. Transpose
/// moves the channels behind.
KernelFamily map_family(MapOp op);

/// hw, cin1 … cin4 along the channels; cin3 and cin4 may be 0: no such operand.
KernelFamily concat_family();
/// Into two halves along the channels.
KernelFamily split_family();
/// Two groups.
KernelFamily channel_shuffle_family();
/// Global pooling, fully connected to cin / 4 (at least 1), ReLU, back to cin, HardSigmoid,
/// scaling.
KernelFamily squeeze_excite_family();
/// Nearest neighbour, s times as large.
KernelFamily resize_family();

}  // namespace tacho
