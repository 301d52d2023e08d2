// Functions of several tensors, element by element with broadcasting. A constant of one element is
// passed as a number, as it is in the programs that these graphs were exported from.
#include <algorithm>

#include "backends/libtorch/ops/ops.h"

namespace tacho::libtorch {
namespace {

using at::Scalar;
using at::Tensor;

// Input i as a number, if it is one and the other input alone decides the output's shape.
std::optional<Scalar> number(const NodeContext& c, size_t i) {
  const std::optional<double> known = c.scalar(i);
  if (!known || c.shape(i).size() > c.shape(1 - i).size() || c.scalar(1 - i)) return std::nullopt;
  return is_float(c.dtype(i)) ? Scalar(*known) : Scalar(static_cast<int64_t>(*known));
}

template <typename F>
Step with_number(const NodeContext& c, size_t tensor, Scalar scalar, F f) {
  const size_t x = c.in(tensor), y = c.out();
  return [=](Slots& s) { s[y] = f(s[x], scalar); };
}

Step tensor_and_number(const NodeContext& c, Scalar b) {
  const bool is_int = is_integer(c.dtype(0));
  switch (c.node().op) {
    case Op::kAdd:
      return with_number(c, 0, b, [](const Tensor& x, const Scalar& n) { return at::add(x, n); });
    case Op::kSub:
      return with_number(c, 0, b, [](const Tensor& x, const Scalar& n) { return at::sub(x, n); });
    case Op::kMul:
      return with_number(c, 0, b, [](const Tensor& x, const Scalar& n) { return at::mul(x, n); });
    case Op::kDiv:
      if (is_int) {
        return with_number(c, 0, b,
                           [](const Tensor& x, const Scalar& n) { return at::div(x, n, "trunc"); });
      }
      return with_number(c, 0, b, [](const Tensor& x, const Scalar& n) { return at::div(x, n); });
    default:
      return with_number(c, 0, b, [](const Tensor& x, const Scalar& n) { return at::pow(x, n); });
  }
}

// nullptr where there is no such form.
Step number_and_tensor(const NodeContext& c, Scalar a) {
  switch (c.node().op) {
    case Op::kAdd:
      return with_number(c, 1, a, [](const Tensor& x, const Scalar& n) { return at::add(x, n); });
    case Op::kSub:
      return with_number(c, 1, a, [](const Tensor& x, const Scalar& n) { return at::rsub(x, n); });
    case Op::kMul:
      return with_number(c, 1, a, [](const Tensor& x, const Scalar& n) { return at::mul(x, n); });
    case Op::kDiv:
      if (is_integer(c.dtype(1))) return nullptr;
      return with_number(
          c, 1, a, [](const Tensor& x, const Scalar& n) { return at::reciprocal(x).mul_(n); });
    default:
      return with_number(c, 1, a, [](const Tensor& x, const Scalar& n) { return at::pow(n, x); });
  }
}

Step fold(const NodeContext& c, Tensor (*f)(const Tensor&, const Tensor&), bool mean = false) {
  std::vector<size_t> inputs;
  for (size_t i = 0; i < c.num_inputs(); ++i) inputs.push_back(c.in(i));
  const size_t y = c.out();
  return [=](Slots& s) {
    Tensor result = s[inputs[0]];
    for (size_t i = 1; i < inputs.size(); ++i) result = f(result, s[inputs[i]]);
    s[y] = mean ? at::div(result, static_cast<double>(inputs.size())) : result;
  };
}

}  // namespace

Step build_arithmetic(const NodeContext& c) {
  if (const auto b = number(c, 1)) return tensor_and_number(c, *b);
  if (const auto a = number(c, 0)) {
    if (Step step = number_and_tensor(c, *a)) return step;
  }
  switch (c.node().op) {
    case Op::kAdd:
      return binary(c, [](const Tensor& a, const Tensor& b) { return at::add(a, b); });
    case Op::kSub:
      return binary(c, [](const Tensor& a, const Tensor& b) { return at::sub(a, b); });
    case Op::kMul:
      return binary(c, [](const Tensor& a, const Tensor& b) { return at::mul(a, b); });
    case Op::kDiv:
      if (is_integer(c.dtype(0))) {
        return binary(c, [](const Tensor& a, const Tensor& b) { return at::div(a, b, "trunc"); });
      }
      return binary(c, [](const Tensor& a, const Tensor& b) { return at::div(a, b); });
    default:
      return binary(c, [](const Tensor& a, const Tensor& b) { return at::pow(a, b); });
  }
}

Step build_comparison(const NodeContext& c) {
  switch (c.node().op) {
    case Op::kEqual:
      return binary(c, [](const Tensor& a, const Tensor& b) { return at::eq(a, b); });
    case Op::kGreater:
      return binary(c, [](const Tensor& a, const Tensor& b) { return at::gt(a, b); });
    case Op::kGreaterOrEqual:
      return binary(c, [](const Tensor& a, const Tensor& b) { return at::ge(a, b); });
    case Op::kLess:
      return binary(c, [](const Tensor& a, const Tensor& b) { return at::lt(a, b); });
    case Op::kLessOrEqual:
      return binary(c, [](const Tensor& a, const Tensor& b) { return at::le(a, b); });
    case Op::kAnd:
      return binary(c, [](const Tensor& a, const Tensor& b) { return at::logical_and(a, b); });
    case Op::kOr:
      return binary(c, [](const Tensor& a, const Tensor& b) { return at::logical_or(a, b); });
    case Op::kXor:
      return binary(c, [](const Tensor& a, const Tensor& b) { return at::logical_xor(a, b); });
    default:
      if (c.node().int_attribute("fmod", 0) != 0) {
        return binary(c, [](const Tensor& a, const Tensor& b) { return at::fmod(a, b); });
      }
      return binary(c, [](const Tensor& a, const Tensor& b) { return at::remainder(a, b); });
  }
}

Step build_variadic(const NodeContext& c) {
  const auto add = [](const Tensor& a, const Tensor& b) { return at::add(a, b); };
  switch (c.node().op) {
    case Op::kMin:
      return fold(c, [](const Tensor& a, const Tensor& b) { return at::minimum(a, b); });
    case Op::kMax:
      return fold(c, [](const Tensor& a, const Tensor& b) { return at::maximum(a, b); });
    case Op::kSum:
      return fold(c, add);
    default:
      return fold(c, add, true);
  }
}

Step build_where(const NodeContext& c) {
  const size_t condition = c.in(0), a = c.in(1), b = c.in(2), y = c.out();
  return [=](Slots& s) { s[y] = at::where(s[condition], s[a], s[b]); };
}

}  // namespace tacho::libtorch
