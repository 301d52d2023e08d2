// What works element by element or moves data, as kernel types.
#include <string_view>

#include "kernel_builder/network_families.h"

namespace tacho {
namespace {

const char* map_name(const Node& node) {
  switch (node.op) {
    case Op::kRelu:
    case Op::kLeakyRelu:
    case Op::kPRelu:
    case Op::kThresholdedRelu:
    case Op::kClip:
    case Op::kAbs:
    case Op::kNeg:
    case Op::kFloor:
    case Op::kCeil:
    case Op::kRound:
    case Op::kCast:
      return "relu";
    case Op::kHardSwish:
      return "hswish";
    case Op::kGelu:
      return "gelu";
    case Op::kSilu:
    case Op::kMish:
      return "silu";
    case Op::kSigmoid:
    case Op::kHardSigmoid:
      return "sigmoid";
    case Op::kTanh:
    case Op::kErf:
    case Op::kExp:
    case Op::kLog:
    case Op::kSqrt:
    case Op::kReciprocal:
    case Op::kPow:
    case Op::kSin:
    case Op::kCos:
    case Op::kElu:
    case Op::kSelu:
    case Op::kCelu:
    case Op::kSoftplus:
      return "tanh";
    case Op::kAdd:
      return node.has_fused(Op::kRelu) && node.fused.size() == 1 ? "addrelu" : "add";
    case Op::kSub:
    case Op::kDiv:
    case Op::kMin:
    case Op::kMax:
    case Op::kSum:
    case Op::kMean:
      return "add";
    case Op::kMul:
      return "mul";
    case Op::kBatchNormalization:
      return node.has_fused(Op::kRelu) ? "bnrelu" : "bn";
    case Op::kChannelShuffle:
      return "channelshuffle";
    case Op::kSqueezeExcite:
      return "se";
    case Op::kSplit:
      return "split";
    case Op::kTranspose:
    case Op::kSlice:
    case Op::kGather:
    case Op::kGatherElements:
    case Op::kGatherND:
    case Op::kScatterND:
    case Op::kExpand:
    case Op::kTile:
    case Op::kPad:
    case Op::kDepthToSpace:
    case Op::kSpaceToDepth:
      return "transpose";
    default:
      return nullptr;
  }
}

MaybeConfig on_map(const char* name, const Dims& d) {
  FeatureMap x = feature_map_of(d);
  const bool halves =
      std::string_view(name) == "split" || std::string_view(name) == "channelshuffle";
  if (halves) x.cin += x.cin % 2;
  return valid_config(name, {{"hw", x.hw}, {"cin", x.cin}, {"b", x.b}});
}

}  // namespace

MaybeConfig concat_config(const Graph& graph, const Node& node) {
  const Dims& y = known_dims(graph, node.outputs[0]);
  int64_t axis = node.int_attribute("axis", 1);
  axis += axis < 0 ? static_cast<int64_t>(y.size()) : 0;
  if (axis < 0 || axis >= static_cast<int64_t>(y.size())) return std::nullopt;
  const auto at = static_cast<size_t>(axis);
  std::vector<int64_t> parts;
  for (const ValueId v : node.inputs) {
    const Dims& d = known_dims(graph, v);
    if (d.size() != y.size() || d[at] == 0) continue;
    parts.size() < 4 ? parts.push_back(d[at]) : static_cast<void>(parts[3] += d[at]);
  }
  if (parts.size() < 2 || y[at] < 1) return std::nullopt;
  parts.resize(4, 0);
  const int64_t b = at > 0 ? y[0] : 1;
  const double area =
      elements_in(y, 0, y.size()) / static_cast<double>(y[at]) / static_cast<double>(b);
  return valid_config("concat", {{"hw", side_of(area)},
                                 {"cin1", parts[0]},
                                 {"cin2", parts[1]},
                                 {"cin3", parts[2]},
                                 {"cin4", parts[3]},
                                 {"b", b}});
}

MaybeConfig map_config(const Graph& graph, const Node& node) {
  const char* name = map_name(node);
  if (name == nullptr) return std::nullopt;
  const bool from_input = node.op == Op::kSplit || node.op == Op::kTranspose;
  return on_map(name, known_dims(graph, from_input ? node.inputs[0] : node.outputs[0]));
}

}  // namespace tacho
