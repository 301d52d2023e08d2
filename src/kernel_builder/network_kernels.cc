#include "kernel_builder/network_kernels.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <utility>

#include "common/error.h"
#include "graph_ir/graph_builder.h"
#include "graph_ir/workload.h"

namespace tacho {
namespace {

using Maybe = std::optional<KernelConfig>;
using Assignments = std::initializer_list<std::pair<const char*, int64_t>>;

Maybe config(const std::string& kernel, Assignments assignments) {
  const KernelType& type = Catalogue::builtin().at(kernel);
  std::vector<int64_t> values(type.parameters().size(), kRequired);
  for (const auto& [name, value] : assignments) values[parameter_index(type, name).value()] = value;
  try {
    return complete_config(type, std::move(values));
  } catch (const Error&) {  // an empty tensor, a window that only asymmetric padding makes fit
    return std::nullopt;
  }
}

int64_t rounded(double x) { return static_cast<int64_t>(std::llround(x)); }

double product(const Dims& d, size_t begin, size_t end) {
  double p = 1;
  for (size_t i = begin; i < end; ++i) p *= static_cast<double>(d[i]);
  return p;
}

int64_t root(double area) { return std::max<int64_t>(1, rounded(std::sqrt(area))); }

const Dims& dims(const Graph& graph, ValueId id) {
  static const Dims none;
  return id == kNoValue || !graph.value(id).dims ? none : *graph.value(id).dims;
}

// A tensor as a square feature map.
struct Map {
  int64_t b = 1, cin = 1, hw = 1;
};

// Rank 4: images. Rank 3: images of tokens, features last. Rank 2: rows of features.
Map map_of(const Dims& d) {
  switch (d.size()) {
    case 0:
      return {};
    case 1:
      return {1, d[0], 1};
    case 2:
      return {d[0], d[1], 1};
    case 3:
      return {d[0], d[2], root(static_cast<double>(d[1]))};
    default:
      return {d[0], d[1], root(product(d, 2, d.size()))};
  }
}

// --- convolutions and poolings

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

Maybe convolution(const Graph& graph, const Node& node, WorkKind kind) {
  const Map x = map_of(dims(graph, node.inputs[0])), y = map_of(dims(graph, node.outputs[0]));
  if (dims(graph, node.inputs[0]).size() < 4) return std::nullopt;  // map_of: features are last
  const Workload work = workload_of(graph, node);
  const int64_t k = root(static_cast<double>(work.kernel_positions)), s = work.stride;
  if (kind == WorkKind::kTransposed) {
    if (work.groups != 1) return std::nullopt;
    const int64_t p = std::max<int64_t>(0, ((x.hw - 1) * s + k - y.hw) / 2);
    return config(
        "convtranspose",
        {{"hw", x.hw}, {"cin", x.cin}, {"cout", y.cin}, {"k", k}, {"s", s}, {"p", p}, {"b", x.b}});
  }
  const bool bn = has_constant_bias(graph, node) || node.has_fused(Op::kBatchNormalization);
  const std::string name = conv_name(kind, bn, activation_of(node));
  const int64_t p = padding_of(node, x.hw, y.hw, k, s);
  if (kind == WorkKind::kGrouped) {
    return config(name, {{"hw", x.hw},
                         {"cin", x.cin},
                         {"cout", y.cin},
                         {"k", k},
                         {"s", s},
                         {"g", work.groups},
                         {"p", p},
                         {"b", x.b}});
  }
  return config(
      name,
      {{"hw", x.hw}, {"cin", x.cin}, {"cout", y.cin}, {"k", k}, {"s", s}, {"p", p}, {"b", x.b}});
}

Maybe pooling(const Graph& graph, const Node& node) {
  const Map x = map_of(dims(graph, node.inputs[0])), y = map_of(dims(graph, node.outputs[0]));
  if (dims(graph, node.inputs[0]).size() < 4) return std::nullopt;
  const Workload work = workload_of(graph, node);
  const int64_t k = root(static_cast<double>(work.kernel_positions)), s = work.stride;
  const int64_t p = std::min(padding_of(node, x.hw, y.hw, k, s), k / 2);
  return config(node.op == Op::kMaxPool ? "maxpool" : "avgpool",
                {{"hw", x.hw}, {"cin", x.cin}, {"k", k}, {"s", s}, {"p", p}, {"b", x.b}});
}

Maybe global_pooling(const Graph& graph, const Node& node) {
  const Dims &x = dims(graph, node.inputs[0]), &y = dims(graph, node.outputs[0]);
  if (x.empty() || y.empty() || x[0] < 1) return std::nullopt;
  const double in = product(x, 0, x.size()), out = product(y, 0, y.size());
  if (out < 1) return std::nullopt;
  const bool batched = y[0] == x[0];
  const int64_t b = batched ? x[0] : 1;
  return config("global-avgpool",
                {{"hw", root(in / out)}, {"cin", rounded(out / static_cast<double>(b))}, {"b", b}});
}

// --- matrices

Maybe product_kernel(const Graph& graph, const Node& node, WorkKind kind) {
  const Workload work = workload_of(graph, node);
  const int64_t b = rounded(work.batch), m = rounded(work.m), n = rounded(work.n),
                k = rounded(work.k);
  if (kind == WorkKind::kFullyConnected) {
    return config("fc", {{"cin", k}, {"cout", n}, {"b", rounded(work.batch * work.m)}});
  }
  if (kind == WorkKind::kProduct) {
    return config("matmul", {{"m", m}, {"n", n}, {"k", k}, {"b", b}});
  }
  const Dims& q = dims(graph, node.inputs[0]);
  const int64_t heads = q.size() >= 3 ? q[q.size() - 3] : 1;
  return config("attention",
                {{"heads", heads},
                 {"m", m},
                 {"n", n},
                 {"d", rounded(work.k / 2)},
                 {"b", heads > 0 ? rounded(work.batch / static_cast<double>(heads)) : 0}});
}

// rows × cols of `elements`, the rows of one image kept together.
Maybe by_rows(const char* kernel, const Dims& d, double cols) {
  const double elements = product(d, 0, d.size());
  if (cols < 1 || elements < 1) return std::nullopt;
  const double rows = elements / cols;
  const int64_t b = d.size() > 2 && std::fmod(rows, static_cast<double>(d[0])) == 0 ? d[0] : 1;
  return config(
      kernel,
      {{"rows", rounded(rows / static_cast<double>(b))}, {"cols", rounded(cols)}, {"b", b}});
}

Maybe softmax(const Graph& graph, const Node& node) {
  const Dims& d = dims(graph, node.inputs[0]);
  if (d.empty()) return std::nullopt;
  const auto rank = static_cast<int64_t>(d.size());
  int64_t axis = node.int_attribute("axis", graph.opset >= 13 ? -1 : 1);
  axis += axis < 0 ? rank : 0;
  if (axis < 0 || axis >= rank) return std::nullopt;
  return by_rows("softmax", d, static_cast<double>(d[static_cast<size_t>(axis)]));
}

Maybe normalization(const Graph& graph, const Node& node) {
  const Dims& d = dims(graph, node.inputs[0]);
  if (d.size() < 2) return std::nullopt;
  if (node.op == Op::kGroupNormalization) {
    const auto groups =
        static_cast<double>(std::max<int64_t>(1, node.int_attribute("num_groups", 1)));
    return by_rows("layernorm", d, product(d, 1, d.size()) / groups);
  }
  if (node.op == Op::kInstanceNormalization)
    return by_rows("layernorm", d, product(d, 2, d.size()));
  const auto rank = static_cast<int64_t>(d.size());
  std::vector<int64_t> axes = node.ints_attribute("axes");  // of a decomposed norm
  if (axes.empty()) {
    int64_t axis = node.int_attribute("axis", -1);
    for (axis += axis < 0 ? rank : 0; axis < rank; ++axis) axes.push_back(axis);
  }
  double cols = 1;
  for (const int64_t axis : axes) {
    if (axis < 0 || axis >= rank) return std::nullopt;
    cols *= static_cast<double>(d[static_cast<size_t>(axis)]);
  }
  return by_rows("layernorm", d, cols);
}

// --- element by element and moving

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

Maybe on_map(const char* name, const Dims& d) {
  Map x = map_of(d);
  const bool halves =
      std::string_view(name) == "split" || std::string_view(name) == "channelshuffle";
  if (halves) x.cin += x.cin % 2;
  return config(name, {{"hw", x.hw}, {"cin", x.cin}, {"b", x.b}});
}

Maybe concat(const Graph& graph, const Node& node) {
  const Dims& y = dims(graph, node.outputs[0]);
  int64_t axis = node.int_attribute("axis", 1);
  axis += axis < 0 ? static_cast<int64_t>(y.size()) : 0;
  if (axis < 0 || axis >= static_cast<int64_t>(y.size())) return std::nullopt;
  const auto at = static_cast<size_t>(axis);
  std::vector<int64_t> parts;
  for (const ValueId v : node.inputs) {
    const Dims& d = dims(graph, v);
    if (d.size() != y.size() || d[at] == 0) continue;
    parts.size() < 4 ? parts.push_back(d[at]) : static_cast<void>(parts[3] += d[at]);
  }
  if (parts.size() < 2 || y[at] < 1) return std::nullopt;
  parts.resize(4, 0);
  const int64_t b = at > 0 ? y[0] : 1;
  const double area = product(y, 0, y.size()) / static_cast<double>(y[at]) / static_cast<double>(b);
  return config("concat", {{"hw", root(area)},
                           {"cin1", parts[0]},
                           {"cin2", parts[1]},
                           {"cin3", parts[2]},
                           {"cin4", parts[3]},
                           {"b", b}});
}

Maybe resize(const Graph& graph, const Node& node) {
  const Map x = map_of(dims(graph, node.inputs[0])), y = map_of(dims(graph, node.outputs[0]));
  const double scale = static_cast<double>(y.hw) / static_cast<double>(x.hw);
  return config("resize", {{"hw", x.hw}, {"cin", x.cin}, {"s", rounded(scale)}, {"b", x.b}});
}

}  // namespace

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
      return convolution(graph, node, kind);
    case WorkKind::kFullyConnected:
    case WorkKind::kProduct:
    case WorkKind::kAttention:
      return product_kernel(graph, node, kind);
    case WorkKind::kRecurrent:
      return std::nullopt;
    case WorkKind::kNone:
      break;
  }
  switch (node.op) {
    case Op::kMaxPool:
    case Op::kAveragePool:
      return pooling(graph, node);
    case Op::kGlobalAveragePool:
    case Op::kGlobalMaxPool:
    case Op::kReduceMean:
    case Op::kReduceMax:
    case Op::kReduceSum:
    case Op::kReduceL1:
    case Op::kReduceL2:
      return global_pooling(graph, node);
    case Op::kSoftmax:
    case Op::kLogSoftmax:
      return softmax(graph, node);
    case Op::kLayerNormalization:
    case Op::kGroupNormalization:
    case Op::kInstanceNormalization:
    case Op::kRMSNormalization:
      return normalization(graph, node);
    case Op::kConcat:
      return concat(graph, node);
    case Op::kResize:
    case Op::kUpsample:
      return resize(graph, node);
    default:
      break;
  }
  const char* name = map_name(node);
  if (name == nullptr) return std::nullopt;
  const bool from_input = node.op == Op::kSplit || node.op == Op::kTranspose;
  return on_map(name, dims(graph, from_input ? node.inputs[0] : node.outputs[0]));
}

}  // namespace tacho
