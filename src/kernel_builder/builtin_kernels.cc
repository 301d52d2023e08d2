// The table of built-in kernel types.
#include "kernel_builder/kernel_families.h"

namespace tacho {

std::vector<KernelDeclaration> builtin_declarations() {
  constexpr auto dense = ConvKind::kDense;
  constexpr auto depthwise = ConvKind::kDepthwise;
  constexpr auto grouped = ConvKind::kGrouped;
  constexpr auto bn = Tail::kBn;
  constexpr auto relu = Tail::kRelu;
  constexpr auto relu6 = Tail::kRelu6;
  constexpr auto hswish = Tail::kHswish;
  constexpr bool nnmeter = true;
  // nn-Meter's "blocks" are what its rules found to run as one kernel: convolution, batch norm,
  // ReLU.
  return {
      // name, predictor, what it is, whether nn-Meter has it
      {"conv-bn-relu", "conv", conv_family(dense, {bn, relu}), nnmeter},
      {"conv-bn-relu6", "conv", conv_family(dense, {bn, relu6}), nnmeter},
      {"conv-bn", "conv", conv_family(dense, {bn}), nnmeter},
      {"conv-relu", "conv", conv_family(dense, {relu}), nnmeter},
      {"conv-relu6", "conv", conv_family(dense, {relu6}), nnmeter},
      {"conv-hswish", "conv", conv_family(dense, {hswish}), nnmeter},
      {"conv-block", "conv", conv_family(dense, {bn, relu}), nnmeter},
      {"conv-bn-hswish", "conv", conv_family(dense, {bn, hswish}), nnmeter},
      {"dwconv-bn", "dwconv", conv_family(depthwise, {bn}), nnmeter},
      {"dwconv-relu", "dwconv", conv_family(depthwise, {relu}), nnmeter},
      {"dwconv-relu6", "dwconv", conv_family(depthwise, {relu6}), nnmeter},
      {"dwconv-bn-relu", "dwconv", conv_family(depthwise, {bn, relu}), nnmeter},
      {"dwconv-bn-relu6", "dwconv", conv_family(depthwise, {bn, relu6}), nnmeter},
      {"dwconv-block", "dwconv", conv_family(depthwise, {bn, relu}), nnmeter},
      {"dwconv-bn-hswish", "dwconv", conv_family(depthwise, {bn, hswish}), nnmeter},
      {"maxpool", "maxpool", pool_family(true), nnmeter},
      {"avgpool", "avgpool", pool_family(false), nnmeter},
      {"fc", "fc", fc_family(), nnmeter},
      {"concat", "concat", concat_family(), nnmeter},
      {"split", "split", split_family(), nnmeter},
      {"channelshuffle", "channelshuffle", channel_shuffle_family(), nnmeter},
      {"se", "se", squeeze_excite_family(), nnmeter},
      {"global-avgpool", "global-avgpool", global_pool_family(), nnmeter},
      {"bnrelu", "bnrelu", map_family(MapOp::kBnRelu), nnmeter},
      {"bn", "bn", map_family(MapOp::kBn), nnmeter},
      {"hswish", "hswish", map_family(MapOp::kHswish), nnmeter},
      {"relu", "relu", map_family(MapOp::kRelu), nnmeter},
      {"addrelu", "addrelu", map_family(MapOp::kAddRelu), nnmeter},
      {"add", "add", map_family(MapOp::kAdd), nnmeter},

      {"conv", "conv", conv_family(dense, {})},
      {"dwconv", "dwconv", conv_family(depthwise, {})},
      {"gconv", "gconv", conv_family(grouped, {})},
      {"gconv-bn", "gconv", conv_family(grouped, {bn})},
      {"gconv-bn-relu", "gconv", conv_family(grouped, {bn, relu})},
      {"convtranspose", "convtranspose", conv_transpose_family()},
      {"matmul", "matmul", matmul_family()},
      {"attention", "attention", attention_family()},
      {"softmax", "softmax", row_family(RowOp::kSoftmax)},
      {"layernorm", "layernorm", row_family(RowOp::kLayerNorm)},
      {"gelu", "gelu", map_family(MapOp::kGelu)},
      {"silu", "silu", map_family(MapOp::kSilu)},
      {"sigmoid", "sigmoid", map_family(MapOp::kSigmoid)},
      {"tanh", "tanh", map_family(MapOp::kTanh)},
      {"mul", "mul", map_family(MapOp::kMul)},
      {"transpose", "transpose", map_family(MapOp::kTranspose)},
      {"resize", "resize", resize_family()},
  };
}

}  // namespace tacho
