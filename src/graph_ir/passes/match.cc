#include "graph_ir/passes/match.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tacho {
namespace {

constexpr int kMaxProductDepth = 4;  // no spelling of an activation is deeper

void collect_factors(const Graph& graph, NodeId id, int depth, Product* product);

void collect_operand(const Graph& graph, ValueId v, int depth, Product* product) {
  if (const auto c = scalar_of(graph, v)) {
    product->scale *= *c;
    return;
  }
  const NodeId maker = v == kNoValue ? kNoNode : graph.value(v).producer;
  const bool inner = maker != kNoNode && depth < kMaxProductDepth &&
                     graph.sole_consumer(v) != kNoNode &&
                     (made_by(graph, v, Op::kMul) != kNoNode ||
                      (made_by(graph, v, Op::kDiv) != kNoNode &&
                       scalar_of(graph, input(graph, maker, 1)).value_or(0) != 0));
  if (inner) {
    collect_factors(graph, maker, depth + 1, product);
  } else {
    product->factors.push_back(v);
  }
}

void collect_factors(const Graph& graph, NodeId id, int depth, Product* product) {
  collect_operand(graph, input(graph, id, 0), depth, product);
  if (graph.node(id).op == Op::kDiv) {
    product->scale /= *scalar_of(graph, input(graph, id, 1));
  } else {
    collect_operand(graph, input(graph, id, 1), depth, product);
  }
}

template <typename Test>
std::optional<Operands> split(const Graph& graph, NodeId id, Test test) {
  const auto& in = graph.node(id).inputs;
  if (in.size() != 2) return std::nullopt;
  if (test(in[0])) return Operands{in[0], in[1]};
  if (test(in[1])) return Operands{in[1], in[0]};
  return std::nullopt;
}

}  // namespace

NodeId made_by(const Graph& graph, ValueId value, Op op) {
  const Node* n = graph.producer(value);
  return n != nullptr && n->op == op && n->fused.empty() ? graph.value(value).producer : kNoNode;
}

NodeId sole_reader(const Graph& graph, NodeId id) {
  const Node& n = graph.node(id);
  if (n.outputs.size() != 1 || n.outputs[0] == kNoValue) return kNoNode;
  return graph.sole_consumer(n.outputs[0]);
}

ValueId input(const Graph& graph, NodeId id, size_t i) {
  const auto& in = graph.node(id).inputs;
  return i < in.size() ? in[i] : kNoValue;
}

ValueId output(const Graph& graph, NodeId id) {
  const auto& out = graph.node(id).outputs;
  return out.empty() ? kNoValue : out[0];
}

bool is_constant(const Graph& graph, ValueId value) {
  return value != kNoValue && graph.value(value).is_constant;
}

std::optional<double> scalar_of(const Graph& graph, ValueId value) {
  if (!is_constant(graph, value)) return std::nullopt;
  const Value& v = graph.value(value);
  if (!v.literal || v.literal->size() != 1) return std::nullopt;
  return v.literal->reals.empty() ? static_cast<double>(v.literal->ints[0]) : v.literal->reals[0];
}

bool is_near(double value, double wanted) {
  return std::abs(value - wanted) <= 1e-3 * std::max(std::abs(wanted), 1e-9);
}

bool is_scalar_near(const Graph& graph, ValueId value, double wanted) {
  const auto c = scalar_of(graph, value);
  return c && is_near(*c, wanted);
}

const Dims& dims_of(const Graph& graph, ValueId value) {
  static const Dims kNone;
  const Value& v = graph.value(value);
  return v.dims ? *v.dims : kNone;
}

int64_t elements_of(const Graph& graph, ValueId value) {
  if (value == kNoValue || !graph.value(value).dims) return 0;
  return checked_elements(*graph.value(value).dims).value_or(0);
}

bool same_dims(const Graph& graph, ValueId a, ValueId b) {
  const Value &va = graph.value(a), &vb = graph.value(b);
  return va.dims && vb.dims && *va.dims == *vb.dims;
}

bool is_per_channel(const Graph& graph, ValueId constant, ValueId value) {
  if (!is_constant(graph, constant)) return false;
  const Dims &c = dims_of(graph, constant), &d = dims_of(graph, value);
  if (d.size() < 2 || c.size() > d.size() || c.size() + 1 < d.size()) return false;
  const size_t channel =
      c.size() + 1 - d.size();  // where dimension 1 of `value` stands in `constant`
  return c[channel] == d[1] && elements_of(graph, constant) == d[1];
}

std::optional<Operands> split_constant(const Graph& graph, NodeId id) {
  const auto found = split(graph, id, [&](ValueId v) { return is_constant(graph, v); });
  return found && !is_constant(graph, found->other) ? found : std::nullopt;
}

std::optional<Operands> split_scalar(const Graph& graph, NodeId id, double wanted) {
  return split(graph, id, [&](ValueId v) { return is_scalar_near(graph, v, wanted); });
}

std::optional<Operands> split_op(const Graph& graph, NodeId id, Op op) {
  return split(graph, id, [&](ValueId v) { return made_by(graph, v, op) != kNoNode; });
}

Product product_at(const Graph& graph, NodeId id) {
  const Node& n = graph.node(id);
  Product product;
  const bool divides = n.op == Op::kDiv && scalar_of(graph, input(graph, id, 1)).value_or(0) != 0;
  if (n.fused.empty() && (n.op == Op::kMul || divides)) {
    collect_factors(graph, id, 0, &product);
  } else {
    product.factors.push_back(output(graph, id));
  }
  return product;
}

Product product_of(const Graph& graph, ValueId value) {
  Product product;
  collect_operand(graph, value, 0, &product);
  return product;
}

ValueId skip_cast(const Graph& graph, ValueId value) {
  const NodeId cast = made_by(graph, value, Op::kCast);
  return cast == kNoNode ? value : input(graph, cast, 0);
}

std::optional<std::pair<double, double>> clip_bounds(const Graph& graph, NodeId clip) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  const Node& n = graph.node(clip);
  double low = n.float_attribute("min", -kInf), high = n.float_attribute("max", kInf);
  if (const ValueId v = input(graph, clip, 1); v != kNoValue) {
    const auto c = scalar_of(graph, v);
    if (!c) return std::nullopt;
    low = *c;
  }
  if (const ValueId v = input(graph, clip, 2); v != kNoValue) {
    const auto c = scalar_of(graph, v);
    if (!c) return std::nullopt;
    high = *c;
  }
  return std::pair(low, high);
}

std::vector<int64_t> reduce_axes(const Graph& graph, NodeId reduce) {
  const auto rank = static_cast<int64_t>(dims_of(graph, input(graph, reduce, 0)).size());
  std::vector<int64_t> axes = graph.node(reduce).ints_attribute("axes");
  if (const ValueId v = input(graph, reduce, 1); v != kNoValue) {
    if (!graph.value(v).literal) return {};
    axes = graph.value(v).literal->ints;
  } else if (axes.empty()) {  // absent: all of them
    for (int64_t i = 0; i < rank; ++i) axes.push_back(i);
  }
  for (int64_t& a : axes) a += a < 0 ? rank : 0;
  std::sort(axes.begin(), axes.end());
  return axes;
}

bool is_global_pool(const Graph& graph, NodeId id) {
  const Op op = graph.node(id).op;
  const Dims& d = dims_of(graph, input(graph, id, 0));
  if (op == Op::kGlobalAveragePool) return true;
  if (d.size() != 4) return false;
  if (op == Op::kAveragePool) {
    const Dims& out = dims_of(graph, output(graph, id));
    return out.size() == 4 && out[2] == 1 && out[3] == 1 &&
           graph.node(id).ints_attribute("kernel_shape") == std::vector<int64_t>{d[2], d[3]};
  }
  if (op != Op::kReduceMean) return false;
  const std::vector<int64_t> axes = reduce_axes(graph, id);
  return axes == std::vector<int64_t>{2, 3} || axes == std::vector<int64_t>{1, 2};  // NCHW, NHWC
}

bool is_weighted(const Graph& graph, NodeId id) {
  switch (graph.node(id).op) {
    case Op::kConv:
    case Op::kConvTranspose:
    case Op::kGemm:
    case Op::kMatMul:
      return is_constant(graph, input(graph, id, 1));
    default:
      return false;
  }
}

bool is_activation(Op op) {
  switch (op) {
    case Op::kRelu:
    case Op::kClip:
    case Op::kSigmoid:
    case Op::kHardSigmoid:
    case Op::kSilu:
    case Op::kHardSwish:
    case Op::kGelu:
    case Op::kMish:
    case Op::kLeakyRelu:
    case Op::kPRelu:
    case Op::kTanh:
    case Op::kElu:
    case Op::kCelu:
    case Op::kSelu:
    case Op::kSoftplus:
    case Op::kSoftsign:
    case Op::kThresholdedRelu:
      return true;
    default:
      return false;
  }
}

bool is_elementwise(Op op) {
  switch (op) {
    case Op::kAbs:
    case Op::kAdd:
    case Op::kAnd:
    case Op::kCast:
    case Op::kCeil:
    case Op::kCos:
    case Op::kDiv:
    case Op::kEqual:
    case Op::kErf:
    case Op::kExp:
    case Op::kFloor:
    case Op::kGreater:
    case Op::kGreaterOrEqual:
    case Op::kLess:
    case Op::kLessOrEqual:
    case Op::kLog:
    case Op::kMax:
    case Op::kMean:
    case Op::kMin:
    case Op::kMod:
    case Op::kMul:
    case Op::kNeg:
    case Op::kNot:
    case Op::kOr:
    case Op::kPow:
    case Op::kReciprocal:
    case Op::kRound:
    case Op::kSign:
    case Op::kSin:
    case Op::kSqrt:
    case Op::kSub:
    case Op::kSum:
    case Op::kWhere:
    case Op::kXor:
      return true;
    default:
      return is_activation(op);
  }
}

bool is_reshape(Op op) {
  return op == Op::kReshape || op == Op::kFlatten || op == Op::kSqueeze || op == Op::kUnsqueeze;
}

}  // namespace tacho
