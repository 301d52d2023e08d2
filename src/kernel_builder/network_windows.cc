// Convolutions, poolings and what scales feature maps, as kernel types.
#include <algorithm>

#include "graph_ir/graph_builder.h"
#include "kernel_builder/network_families.h"

namespace tacho {
namespace {

int64_t padding_of(const Node& node, int64_t hw, int64_t out, int64_t k, int64_t s) {
  const std::vector<int64_t> pads = node.ints_attribute("pads");
  if (!pads.empty() &&
      std::all_of(pads.begin(), pads.end(), [&](int64_t p) { return p == pads[0]; }) &&
      window_extent(hw, k, s, pads[0]) == out) {
    return pads[0];
  }
  const int64_t missing = (out - 1) * s + k - hw;  // asymmetric, dilated or not square
  return missing <= 0 ? 0 : (missing + 1) / 2;
}

enum class Activation { kNone, kRelu, kRelu6, kHswish };

Activation activation_of(const Node& node) {
  for (const FusedOp& f : node.fused) {
    switch (f.op) {
      case Op::kBatchNormalization:
      case Op::kAdd:
        continue;
      case Op::kRelu:
      case Op::kLeakyRelu:
      case Op::kPRelu:
      case Op::kThresholdedRelu:
        return Activation::kRelu;
      case Op::kClip:
        return Activation::kRelu6;
      default:
        return Activation::kHswish;
    }
  }
  return Activation::kNone;
}

std::string conv_name(WorkKind kind, bool bn, Activation activation) {
  if (kind == WorkKind::kGrouped) {
    return activation != Activation::kNone ? "gconv-bn-relu" : bn ? "gconv-bn" : "gconv";
  }
  const bool depthwise = kind == WorkKind::kDepthwise;
  bn |= depthwise && activation == Activation::kHswish;  // there is no dwconv-hswish
  std::string name = depthwise ? "dwconv" : "conv";
  if (bn) name += "-bn";
  if (activation == Activation::kRelu) name += "-relu";
  if (activation == Activation::kRelu6) name += "-relu6";
  if (activation == Activation::kHswish) name += "-hswish";
  return name;
}

}  // namespace

MaybeConfig convolution_config(const Graph& graph, const Node& node, WorkKind kind) {
  const FeatureMap x = feature_map_of(known_dims(graph, node.inputs[0])),
                   y = feature_map_of(known_dims(graph, node.outputs[0]));
  if (known_dims(graph, node.inputs[0]).size() < 4)
    return std::nullopt;  // map_of: features are last
  const Workload work = workload_of(graph, node);
  const int64_t k = side_of(static_cast<double>(work.kernel_positions)), s = work.stride;
  if (kind == WorkKind::kTransposed) {
    if (work.groups != 1) return std::nullopt;
    const int64_t p = std::max<int64_t>(0, ((x.hw - 1) * s + k - y.hw) / 2);
    return valid_config(
        "convtranspose",
        {{"hw", x.hw}, {"cin", x.cin}, {"cout", y.cin}, {"k", k}, {"s", s}, {"p", p}, {"b", x.b}});
  }
  const bool bn = has_constant_bias(graph, node) || node.has_fused(Op::kBatchNormalization);
  const std::string name = conv_name(kind, bn, activation_of(node));
  const int64_t p = padding_of(node, x.hw, y.hw, k, s);
  if (kind == WorkKind::kGrouped) {
    return valid_config(name, {{"hw", x.hw},
                               {"cin", x.cin},
                               {"cout", y.cin},
                               {"k", k},
                               {"s", s},
                               {"g", work.groups},
                               {"p", p},
                               {"b", x.b}});
  }
  return valid_config(
      name,
      {{"hw", x.hw}, {"cin", x.cin}, {"cout", y.cin}, {"k", k}, {"s", s}, {"p", p}, {"b", x.b}});
}

MaybeConfig pooling_config(const Graph& graph, const Node& node) {
  const FeatureMap x = feature_map_of(known_dims(graph, node.inputs[0])),
                   y = feature_map_of(known_dims(graph, node.outputs[0]));
  if (known_dims(graph, node.inputs[0]).size() < 4) return std::nullopt;
  const Workload work = workload_of(graph, node);
  const int64_t k = side_of(static_cast<double>(work.kernel_positions)), s = work.stride;
  const int64_t p = std::min(padding_of(node, x.hw, y.hw, k, s), k / 2);
  return valid_config(node.op == Op::kMaxPool ? "maxpool" : "avgpool",
                      {{"hw", x.hw}, {"cin", x.cin}, {"k", k}, {"s", s}, {"p", p}, {"b", x.b}});
}

MaybeConfig global_pooling_config(const Graph& graph, const Node& node) {
  const Dims &x = known_dims(graph, node.inputs[0]), &y = known_dims(graph, node.outputs[0]);
  if (x.empty() || y.empty() || x[0] < 1) return std::nullopt;
  const double in = elements_in(x, 0, x.size()), out = elements_in(y, 0, y.size());
  if (out < 1) return std::nullopt;
  const bool batched = y[0] == x[0];
  const int64_t b = batched ? x[0] : 1;
  return valid_config(
      "global-avgpool",
      {{"hw", side_of(in / out)}, {"cin", rounded(out / static_cast<double>(b))}, {"b", b}});
}

MaybeConfig resize_config(const Graph& graph, const Node& node) {
  const FeatureMap x = feature_map_of(known_dims(graph, node.inputs[0])),
                   y = feature_map_of(known_dims(graph, node.outputs[0]));
  const double scale = static_cast<double>(y.hw) / static_cast<double>(x.hw);
  return valid_config("resize", {{"hw", x.hw}, {"cin", x.cin}, {"s", rounded(scale)}, {"b", x.b}});
}

}  // namespace tacho
