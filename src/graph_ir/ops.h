// Operator types. Those of ONNX's default domain that we know are enumerated, so that passes and
// tables can switch over them; every other operator is Op::kUnknown and keeps its type by name.
#pragma once

#include <string_view>

namespace tacho {

enum class Op : unsigned char {
  kUnknown = 0,
#define TACHO_OP(name) k##name,
#include "graph_ir/ops.def"
#undef TACHO_OP
  // Operators that passes introduce; no ONNX file contains them. Each stands for the subgraph it
  // was recognised from (see passes/), and its cost is that of its parts.
  kFusedAttention,  // softmax(scale · Q·Kᵀ + mask)·V          inputs: q, k, v[, mask]
  kSilu,            // x · sigmoid(x)
  kSqueezeExcite,   // x · gate(fc(act(fc(mean(x)))))            inputs: x (weights are constants)
  kChannelShuffle,  // reshape, transpose, reshape over channels
  kCount,
};

/// The operator called `type` in ONNX's default domain; kUnknown if we do not know it.
Op op_from_name(std::string_view type);
/// The ONNX name, or our own for the fused ones ("FusedAttention"); "Unknown" for kUnknown.
std::string_view op_name(Op op);

}  // namespace tacho
