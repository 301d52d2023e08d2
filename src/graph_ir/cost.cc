// Counting what a kernel costs. One multiply-accumulate is one MAC and two FLOPs.
#include <algorithm>

#include "graph_ir/kernels.h"
#include "graph_ir/workload.h"

namespace tacho {
namespace {

double elements(const Graph& graph, ValueId id) {
  if (id == kNoValue || !graph.value(id).dims) return 0;
  return static_cast<double>(checked_elements(*graph.value(id).dims).value_or(0));
}

double bytes(const Graph& graph, ValueId id) {
  if (id == kNoValue) return 0;
  const int bits = dtype_bits(graph.value(id).dtype);
  return elements(graph, id) * (bits > 0 ? bits : 32) / 8;  // a type nobody declared: float32
}

// Operations per output element of an operator that computes element by element. exp, erf, tanh and
// the like count as 4, a division or square root as 1: counts as other tools make them, not cycles.
double flops_per_element(Op op) {
  switch (op) {
    case Op::kSigmoid:
    case Op::kErf:
    case Op::kExp:
    case Op::kTanh:
    case Op::kLog:
    case Op::kSin:
    case Op::kCos:
    case Op::kPow:
    case Op::kElu:
    case Op::kSelu:
    case Op::kCelu:
      return 4;
    case Op::kSilu:
    case Op::kSoftmax:
    case Op::kLogSoftmax:
      return 5;
    case Op::kHardSwish:
      return 4;
    case Op::kGelu:
    case Op::kMish:
    case Op::kLayerNormalization:
    case Op::kGroupNormalization:
    case Op::kInstanceNormalization:
      return 8;
    case Op::kRMSNormalization:
      return 5;
    case Op::kBatchNormalization:
    case Op::kHardSigmoid:
    case Op::kPRelu:
    case Op::kLeakyRelu:
    case Op::kClip:
    case Op::kQuantizeLinear:
    case Op::kDequantizeLinear:
      return 2;
    case Op::kSoftplus:
      return 5;
    case Op::kLRN:
      return 10;
    default:
      return 1;
  }
}

bool moves_only(Op op) {
  switch (op) {
    case Op::kReshape:
    case Op::kFlatten:
    case Op::kSqueeze:
    case Op::kUnsqueeze:
    case Op::kIdentity:
    case Op::kDropout:
    case Op::kTranspose:
    case Op::kConcat:
    case Op::kSplit:
    case Op::kSlice:
    case Op::kGather:
    case Op::kGatherElements:
    case Op::kGatherND:
    case Op::kScatterND:
    case Op::kScatterElements:
    case Op::kExpand:
    case Op::kTile:
    case Op::kPad:
    case Op::kDepthToSpace:
    case Op::kSpaceToDepth:
    case Op::kChannelShuffle:
    case Op::kCast:
    case Op::kUnknown:
    case Op::kConstantOfShape:
    case Op::kShape:
      return true;
    default:
      return false;
  }
}

bool is_reduction(Op op) {
  return (op >= Op::kReduceL1 && op <= Op::kReduceSumSquare) || op == Op::kGlobalAveragePool ||
         op == Op::kGlobalMaxPool || op == Op::kGlobalLpPool || op == Op::kArgMax ||
         op == Op::kArgMin;
}

double resize_flops(const Node& node) {
  const std::string_view mode = node.text_attribute("mode", "nearest");
  return mode == "linear" ? 7 : mode == "cubic" ? 30 : 1;
}

// All operations but multiply-accumulates of the node's own operator.
double other_flops(const Graph& graph, const Node& node, const Workload& work) {
  const double outputs = node.outputs.empty() ? 0 : elements(graph, node.outputs[0]);
  const double inputs = node.inputs.empty() ? 0 : elements(graph, node.inputs[0]);
  if (moves_only(node.op)) return 0;
  if (is_reduction(node.op)) return inputs;
  switch (node.op) {
    case Op::kConv:
    case Op::kConvTranspose:
    case Op::kGemm:
    case Op::kMatMul:
      return node.inputs.size() > 2 && node.inputs[2] != kNoValue ? outputs : 0;  // the bias
    case Op::kConvInteger:
    case Op::kMatMulInteger:
    case Op::kEinsum:
      return 0;
    case Op::kQLinearConv:
    case Op::kQLinearMatMul:
      return 2 * outputs;
    case Op::kFusedAttention:
      return flops_per_element(Op::kSoftmax) * work.batch * work.m * work.n;
    case Op::kMaxPool:
    case Op::kAveragePool:
    case Op::kLpPool:
      return outputs * static_cast<double>(work.kernel_positions);
    case Op::kResize:
    case Op::kUpsample:
      return outputs * resize_flops(node);
    case Op::kLSTM:
    case Op::kGRU:
    case Op::kRNN:
      return work.batch * work.m * work.n * flops_per_element(Op::kSigmoid);
    case Op::kSqueezeExcite:
      return inputs + outputs;  // the pooling and the scaling; its layers are fused operators
    default:
      return flops_per_element(node.op) * std::max(outputs, 0.0);
  }
}

// Which of its inputs' bytes the operator really reads.
double read_bytes(const Graph& graph, const Node& node, size_t input) {
  const ValueId id = node.inputs[input];
  if (id == kNoValue) return 0;
  const double all = bytes(graph, id);
  switch (node.op) {
    case Op::kSlice:
    case Op::kGather:
    case Op::kGatherElements:
    case Op::kGatherND: {  // rows of a table, not the table
      const double out = node.outputs.empty() ? 0 : bytes(graph, node.outputs[0]);
      return input == 0 ? std::min(all, out) : all;
    }
    case Op::kExpand:
    case Op::kTile:
      return all;
    case Op::kSqueezeExcite:
      return input == 0 ? 2 * all : all;  // once to pool, once to scale
    default:
      return all;
  }
}

// Whether a constant operand holds parameters rather than shapes, axes or indices. Quantized
// weights have 8 bits; of wide integers only a quantized layer's bias is one.
bool is_weight(const Graph& graph, const Node& node, size_t input) {
  const DType type = graph.value(node.inputs[input]).dtype;
  return is_float(type) || dtype_bits(type) < 32 || bias_index(node.op) == input;
}

bool is_activation_layer(WorkKind kind) {
  return kind != WorkKind::kNone && kind != WorkKind::kProduct && kind != WorkKind::kAttention;
}

}  // namespace

bool is_view(Op op) {
  return op == Op::kReshape || op == Op::kFlatten || op == Op::kSqueeze || op == Op::kUnsqueeze ||
         op == Op::kIdentity || op == Op::kDropout;
}

Cost& Cost::operator+=(const Cost& o) {
  flops += o.flops;
  macs += o.macs;
  params += o.params;
  activations += o.activations;
  read_bytes += o.read_bytes;
  write_bytes += o.write_bytes;
  weight_bytes += o.weight_bytes;
  return *this;
}

Cost node_cost(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  Cost cost;
  if (is_view(node.op)) return cost;
  const Workload work = workload_of(graph, node);
  cost.macs = work.macs();
  cost.flops = 2 * cost.macs + other_flops(graph, node, work);
  for (const FusedOp& f : node.fused) {
    cost.macs += static_cast<double>(f.macs);
    cost.flops += 2 * static_cast<double>(f.macs);
    if (f.macs == 0) cost.flops += flops_per_element(f.op) * static_cast<double>(f.elements);
  }
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const double read = read_bytes(graph, node, i);
    cost.read_bytes += read;
    if (node.inputs[i] == kNoValue || !graph.value(node.inputs[i]).is_constant) continue;
    if (!is_weight(graph, node, i)) continue;
    cost.weight_bytes += read;
    if (is_float(graph.value(node.inputs[i]).dtype)) cost.params += elements(graph, node.inputs[i]);
  }
  for (const ValueId v : node.outputs) cost.write_bytes += bytes(graph, v);
  if (is_activation_layer(work_kind(graph, node)) && !node.outputs.empty()) {
    cost.activations = elements(graph, node.outputs[0]);
  }
  return cost;
}

}  // namespace tacho
