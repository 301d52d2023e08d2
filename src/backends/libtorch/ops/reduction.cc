// Reductions over axes.
#include <numeric>

#include "backends/libtorch/ops/ops.h"

namespace tacho::libtorch {
namespace {

using at::Tensor;

Shape axes_of(const NodeContext& c) {
  Shape axes = c.list("axes", 1);
  for (int64_t& axis : axes) axis = c.axis(axis, c.rank());
  if (axes.empty() && c.node().int_attribute("noop_with_empty_axes", 0) == 0) {
    axes.resize(static_cast<size_t>(c.rank()));
    std::iota(axes.begin(), axes.end(), 0);
  }
  return axes;
}

}  // namespace

Step build_reduce(const NodeContext& c) {
  const Shape axes = axes_of(c);
  const bool keep = c.node().int_attribute("keepdims", 1) != 0;
  if (axes.empty()) return build_identity(c);
  switch (c.node().op) {
    case Op::kReduceMean:
      return unary(c, [=](const Tensor& x) { return at::mean(x, axes, keep); });
    case Op::kReduceSum:
      return unary(c, [=](const Tensor& x) { return at::sum(x, axes, keep, x.scalar_type()); });
    case Op::kReduceMax:
      return unary(c, [=](const Tensor& x) { return at::amax(x, axes, keep); });
    case Op::kReduceMin:
      return unary(c, [=](const Tensor& x) { return at::amin(x, axes, keep); });
    case Op::kReduceL1:
      return unary(c, [=](const Tensor& x) { return at::norm(x, 1, axes, keep); });
    case Op::kReduceL2:
      return unary(c, [=](const Tensor& x) { return at::norm(x, 2, axes, keep); });
    case Op::kReduceSumSquare:
      return unary(c, [=](const Tensor& x) { return at::sum(at::mul(x, x), axes, keep); });
    case Op::kReduceLogSumExp:
      return unary(c, [=](const Tensor& x) { return at::logsumexp(x, axes, keep); });
    default:
      if (axes.size() != 1) throw Refusal("a product over several axes");
      return unary(c, [=](const Tensor& x) { return at::prod(x, axes[0], keep); });
  }
}

Step build_arg_reduce(const NodeContext& c) {
  if (c.node().int_attribute("select_last_index", 0) != 0) throw Refusal("select_last_index");
  const int64_t axis = c.axis(c.node().int_attribute("axis", 0), c.rank());
  const bool keep = c.node().int_attribute("keepdims", 1) != 0;
  if (c.node().op == Op::kArgMin) {
    return unary(c, [=](const Tensor& x) { return at::argmin(x, axis, keep); });
  }
  return unary(c, [=](const Tensor& x) { return at::argmax(x, axis, keep); });
}

Step build_cum_sum(const NodeContext& c) {
  const std::optional<double> axis = c.scalar(1);
  if (!axis) throw Refusal("its axis is computed");
  if (c.node().int_attribute("exclusive", 0) != 0 || c.node().int_attribute("reverse", 0) != 0) {
    throw Refusal("exclusive and reverse sums");
  }
  const int64_t dim = c.axis(static_cast<int64_t>(*axis), c.rank());
  return unary(c, [=](const Tensor& x) { return at::cumsum(x, dim); });
}

Step build_top_k(const NodeContext& c) {
  const int64_t axis = c.axis(c.node().int_attribute("axis", -1), c.rank());
  const bool largest = c.node().int_attribute("largest", 1) != 0;
  const int64_t k = c.out_shape()[static_cast<size_t>(axis)];
  const size_t x = c.in(0), values = c.out(0);
  const bool wants_indices = c.has_output(1);
  const size_t indices = wants_indices ? c.out(1) : 0;
  return [=](Slots& s) {
    auto [best, where] = at::topk(s[x], k, axis, largest, true);
    s[values] = best;
    if (wants_indices) s[indices] = where;
  };
}

}  // namespace tacho::libtorch
