#include "graph_ir/passes/fuse_layer_norm.h"

#include "graph_ir/dag.h"
#include "graph_ir/liveness.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
namespace {

// Input 0 of the node that makes `value`, if it is an `op`; kNoValue else.
ValueId through(const Graph& graph, ValueId value, Op op) {
  const NodeId id = made_by(graph, skip_cast(graph, value), op);
  return id == kNoNode ? kNoValue : input(graph, id, 0);
}

// What a ReduceMean that keeps its dims is the mean of, and over which axes.
struct Mean {
  ValueId of = kNoValue;
  std::vector<int64_t> axes;
};
Mean mean_at(const Graph& graph, ValueId value) {
  const NodeId id = made_by(graph, skip_cast(graph, value), Op::kReduceMean);
  if (id == kNoNode || graph.node(id).int_attribute("keepdims", 1) != 1) return {};
  return {skip_cast(graph, input(graph, id, 0)), reduce_axes(graph, id)};
}

// d of d² or d · d.
ValueId square_root_of(const Graph& graph, ValueId value) {
  if (const NodeId pow = made_by(graph, value, Op::kPow); pow != kNoNode) {
    return is_scalar_near(graph, input(graph, pow, 1), 2) ? skip_cast(graph, input(graph, pow, 0))
                                                          : kNoValue;
  }
  const NodeId mul = made_by(graph, value, Op::kMul);
  if (mul == kNoNode || input(graph, mul, 0) != input(graph, mul, 1)) return kNoValue;
  return skip_cast(graph, input(graph, mul, 0));
}

struct Centred {
  ValueId x = kNoValue;
  std::vector<int64_t> axes;  ///< empty: nothing was subtracted
};
Centred centred_at(const Graph& graph, ValueId value) {
  const NodeId sub = made_by(graph, value, Op::kSub);
  if (sub == kNoNode) return {value, {}};
  const Mean mean = mean_at(graph, input(graph, sub, 1));
  const ValueId x = skip_cast(graph, input(graph, sub, 0));
  return mean.of == x && !mean.axes.empty() ? Centred{x, mean.axes} : Centred{value, {}};
}

struct Norm {
  Op op = Op::kLayerNormalization;
  ValueId x = kNoValue;
  std::vector<int64_t> axes;
};

// numerator / √(mean(numerator²) + eps)
std::optional<Norm> match_quotient(const Graph& graph, ValueId numerator, ValueId root) {
  const ValueId sum = through(graph, root, Op::kSqrt);
  if (sum == kNoValue) return std::nullopt;
  const NodeId add = made_by(graph, skip_cast(graph, sum), Op::kAdd);
  if (add == kNoNode) return std::nullopt;
  const auto eps = split_constant(graph, add);
  if (!eps || elements_of(graph, eps->first) != 1) return std::nullopt;
  const Mean variance = mean_at(graph, eps->other);
  if (variance.of == kNoValue || variance.axes.empty()) return std::nullopt;
  const ValueId squared = square_root_of(graph, variance.of);
  if (squared == kNoValue) return std::nullopt;
  const Centred under = centred_at(graph, squared),
                over = centred_at(graph, skip_cast(graph, numerator));
  if (under.x != over.x || under.axes != over.axes) return std::nullopt;
  if (under.axes.empty()) return Norm{Op::kRMSNormalization, under.x, variance.axes};
  if (under.axes != variance.axes) return std::nullopt;
  return Norm{Op::kLayerNormalization, under.x, variance.axes};
}

std::optional<Norm> match_norm(const Graph& graph, NodeId id) {
  const Node& n = graph.node(id);
  if (n.inputs.size() != 2 || !n.fused.empty()) return std::nullopt;
  if (n.op == Op::kDiv) return match_quotient(graph, n.inputs[0], n.inputs[1]);
  if (n.op != Op::kMul) return std::nullopt;
  for (const size_t i : {size_t{0}, size_t{1}}) {
    const ValueId inverse = skip_cast(graph, n.inputs[i]);
    ValueId root = kNoValue;
    if (const NodeId r = made_by(graph, inverse, Op::kReciprocal); r != kNoNode) {
      root = input(graph, r, 0);
    } else if (const NodeId d = made_by(graph, inverse, Op::kDiv);
               d != kNoNode && is_scalar_near(graph, input(graph, d, 0), 1)) {
      root = input(graph, d, 1);
    }
    if (root == kNoValue) continue;
    if (const auto norm = match_quotient(graph, n.inputs[1 - i], root)) return norm;
  }
  return std::nullopt;
}

// Whether `parameter` is constant and varies along the normalized axes only, completely.
bool is_parameter(const Graph& graph, ValueId parameter, const Norm& norm) {
  if (!is_constant(graph, parameter)) return false;
  int64_t wanted = 1;
  const Dims& d = dims_of(graph, norm.x);
  for (const int64_t axis : norm.axes) wanted *= d[static_cast<size_t>(axis)];
  return elements_of(graph, parameter) == wanted && dims_of(graph, parameter).size() <= d.size();
}

// The reader of `id`, a Cast skipped, if it is an `op` with a parameter of the norm; the parameter
// goes to *parameter.
NodeId parameter_step(const Graph& graph, NodeId id, Op op, const Norm& norm, ValueId* parameter) {
  NodeId next = sole_reader(graph, id);
  if (next != kNoNode && graph.node(next).op == Op::kCast) next = sole_reader(graph, next);
  if (next == kNoNode || graph.node(next).op != op) return kNoNode;
  if (multiplies_by_zero(graph, graph.node(next))) return kNoNode;
  const auto operands = split_constant(graph, next);
  if (!operands || !is_parameter(graph, operands->first, norm)) return kNoNode;
  *parameter = operands->first;
  return next;
}

}  // namespace

bool fuse_layer_norm(Graph& graph, const FusionRules& rules) {
  bool changed = false;
  for (const NodeId id : topological_order(graph)) {
    if (!graph.node(id).alive) continue;
    const auto norm = match_norm(graph, id);
    if (!norm || nodes_between(graph, id, {norm->x}).empty()) continue;
    Replacement r{norm->op, {norm->x}, {}, {}};
    r.attributes = {ints_attribute("axis", {norm->axes.front()}),
                    ints_attribute("axes", norm->axes)};
    NodeId last = id;
    ValueId parameter = kNoValue;
    if (const NodeId mul = parameter_step(graph, last, Op::kMul, *norm, &parameter);
        mul != kNoNode) {
      r.inputs.push_back(parameter);
      last = mul;
      if (const NodeId add = parameter_step(graph, last, Op::kAdd, *norm, &parameter);
          add != kNoNode && norm->op == Op::kLayerNormalization) {
        r.inputs.push_back(parameter);
        last = add;
      }
    }
    changed |= replace_subgraph(graph, last, std::move(r), rules);
  }
  return changed;
}

}  // namespace tacho
