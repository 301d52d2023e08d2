#include "kernel_builder/network_kernels.h"

#include "kernel_builder/network_families.h"

namespace tacho {

std::optional<KernelConfig> kernel_config_of(const Graph& graph, const Kernel& kernel) {
  const Node& node = graph.node(kernel.node);
  if (node.inputs.empty() || node.outputs.empty() || node.outputs[0] == kNoValue)
    return std::nullopt;
  const WorkKind kind = work_kind(graph, node);
  switch (kind) {
    case WorkKind::kDense:
    case WorkKind::kGrouped:
    case WorkKind::kDepthwise:
    case WorkKind::kTransposed:
      return convolution_config(graph, node, kind);
    case WorkKind::kFullyConnected:
    case WorkKind::kProduct:
    case WorkKind::kAttention:
      return product_config(graph, node, kind);
    case WorkKind::kRecurrent:
      return std::nullopt;
    case WorkKind::kNone:
      break;
  }
  switch (node.op) {
    case Op::kMaxPool:
    case Op::kAveragePool:
      return pooling_config(graph, node);
    case Op::kGlobalAveragePool:
    case Op::kGlobalMaxPool:
    case Op::kReduceMean:
    case Op::kReduceMax:
    case Op::kReduceSum:
    case Op::kReduceL1:
    case Op::kReduceL2:
      return global_pooling_config(graph, node);
    case Op::kSoftmax:
    case Op::kLogSoftmax:
      return softmax_config(graph, node);
    case Op::kLayerNormalization:
    case Op::kGroupNormalization:
    case Op::kInstanceNormalization:
    case Op::kRMSNormalization:
      return normalization_config(graph, node);
    case Op::kConcat:
      return concat_config(graph, node);
    case Op::kResize:
    case Op::kUpsample:
      return resize_config(graph, node);
    default:
      return map_config(graph, node);
  }
}

}  // namespace tacho
