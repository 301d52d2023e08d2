#include <algorithm>
#include <cctype>
#include <map>

#include "graph_ir/kernels.h"
#include "graph_ir/workload.h"

namespace tacho {
namespace {

// nn-Meter's words where it has one, ONNX's in lower case otherwise.
std::string word_for(Op op) {
  switch (op) {
    case Op::kAveragePool:
      return "avgpool";
    case Op::kGlobalAveragePool:
      return "global-avgpool";
    case Op::kGlobalMaxPool:
      return "global-maxpool";
    case Op::kBatchNormalization:
      return "bn";
    case Op::kLayerNormalization:
      return "layernorm";
    case Op::kGroupNormalization:
      return "groupnorm";
    case Op::kInstanceNormalization:
      return "instancenorm";
    case Op::kRMSNormalization:
      return "rmsnorm";
    case Op::kHardSwish:
      return "hswish";
    case Op::kHardSigmoid:
      return "hsigmoid";
    case Op::kSqueezeExcite:
      return "se";
    case Op::kFusedAttention:
      return "attention";
    default:
      break;
  }
  std::string word(op_name(op));
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return word;
}

std::string root_word(const Graph& graph, const Node& node) {
  switch (work_kind(graph, node)) {
    case WorkKind::kDense:
      return "conv";
    case WorkKind::kDepthwise:
      return "dwconv";
    case WorkKind::kGrouped:
      return "gconv";
    case WorkKind::kFullyConnected:
      return "fc";
    case WorkKind::kProduct:
      return "matmul";
    case WorkKind::kTransposed:
    case WorkKind::kAttention:
    case WorkKind::kRecurrent:
    case WorkKind::kNone:
      break;
  }
  if (node.op != Op::kUnknown) return word_for(node.op);
  std::string word = node.op_type;
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return word;
}

bool is_convolution(WorkKind kind) {
  return kind == WorkKind::kDense || kind == WorkKind::kDepthwise || kind == WorkKind::kGrouped ||
         kind == WorkKind::kTransposed;
}

}  // namespace

std::string kernel_type(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  std::string type = root_word(graph, node);
  if (node.op == Op::kSqueezeExcite) return type;  // its parts are listed as fused operators
  // A convolution with a bias is one with a batch norm: exporters fold the one into the other, and
  // runtimes execute the same kernel. So `bn` is there in both spellings of one network.
  const bool biased = is_convolution(work_kind(graph, node)) && has_constant_bias(graph, node);
  if (biased || (node.has_fused(Op::kBatchNormalization) && node.op != Op::kBatchNormalization &&
                 is_convolution(work_kind(graph, node)))) {
    type += "-bn";
  }
  for (const FusedOp& f : node.fused) {
    if (f.op == Op::kBatchNormalization && is_convolution(work_kind(graph, node))) continue;
    type += f.op == Op::kClip && f.relu6 ? "-relu6" : "-" + word_for(f.op);
  }
  return type;
}

}  // namespace tacho
