#include "graph_ir/kernel_family.h"

#include "graph_ir/liveness.h"
#include "graph_ir/workload.h"

namespace tacho {

const std::vector<std::string_view>& kernel_families() {
  static const std::vector<std::string_view> families = {
      "conv",       "dwconv",  "gconv",   "convtranspose", "fc",         "matmul",    "attention",
      "recurrent",  "softmax", "norm",    "channelnorm",   "bn",         "maxpool",   "avgpool",
      "globalpool", "reduce",  "add",     "mul",           "arithmetic", "relu",      "activation",
      "se",         "shuffle", "concat",  "split",         "slice",      "transpose", "pad",
      "resize",     "gather",  "scatter", "repeat",        "quantize",   "zero",      "other"};
  return families;
}

std::string_view kernel_family(const Graph& graph, const Node& node) {
  switch (work_kind(graph, node)) {
    case WorkKind::kDense:
      return "conv";
    case WorkKind::kDepthwise:
      return "dwconv";
    case WorkKind::kGrouped:
      return "gconv";
    case WorkKind::kTransposed:
      return "convtranspose";
    case WorkKind::kFullyConnected:
      return "fc";
    case WorkKind::kProduct:
      return "matmul";
    case WorkKind::kAttention:
      return "attention";
    case WorkKind::kRecurrent:
      return "recurrent";
    case WorkKind::kNone:
      break;
  }
  if (multiplies_by_zero(graph, node)) return "zero";
  if (node.op >= Op::kReduceL1 && node.op <= Op::kReduceSumSquare) return "reduce";
  switch (node.op) {
    case Op::kSoftmax:
    case Op::kLogSoftmax:
      return "softmax";
    case Op::kLayerNormalization:
    case Op::kRMSNormalization:
      return "norm";
    case Op::kGroupNormalization:
    case Op::kInstanceNormalization:
    case Op::kLRN:
      return "channelnorm";
    case Op::kBatchNormalization:
      return "bn";
    case Op::kMaxPool:
      return "maxpool";
    case Op::kAveragePool:
    case Op::kLpPool:
      return "avgpool";
    case Op::kGlobalAveragePool:
    case Op::kGlobalMaxPool:
      return "globalpool";
    case Op::kAdd:
    case Op::kSub:
      return "add";
    case Op::kMul:
    case Op::kDiv:
      return "mul";
    case Op::kRelu:
    case Op::kClip:
    case Op::kLeakyRelu:
    case Op::kPRelu:
      return "relu";
    case Op::kSigmoid:
    case Op::kSilu:
    case Op::kGelu:
    case Op::kHardSwish:
    case Op::kHardSigmoid:
    case Op::kTanh:
    case Op::kMish:
    case Op::kElu:
    case Op::kErf:
      return "activation";
    case Op::kSqueezeExcite:
      return "se";
    case Op::kChannelShuffle:
    case Op::kDepthToSpace:
    case Op::kSpaceToDepth:
      return "shuffle";
    case Op::kConcat:
      return "concat";
    case Op::kSplit:
      return "split";
    case Op::kSlice:
      return "slice";
    case Op::kTranspose:
      return "transpose";
    case Op::kPad:
      return "pad";
    case Op::kResize:
    case Op::kUpsample:
    case Op::kGridSample:
      return "resize";
    case Op::kGather:
    case Op::kGatherElements:
    case Op::kGatherND:
      return "gather";
    case Op::kScatterND:
    case Op::kScatterElements:
      return "scatter";
    case Op::kExpand:
    case Op::kTile:
      return "repeat";
    case Op::kQuantizeLinear:
    case Op::kDequantizeLinear:
    case Op::kCast:
      return "quantize";
    case Op::kSqrt:
    case Op::kPow:
    case Op::kExp:
    case Op::kLog:
    case Op::kNeg:
    case Op::kAbs:
    case Op::kWhere:
    case Op::kMax:
    case Op::kMin:
    case Op::kEqual:
      return "arithmetic";
    default:
      return "other";
  }
}

}  // namespace tacho
