// Functions of one tensor.
#include <cmath>

#include "backends/libtorch/ops/ops.h"

namespace tacho::libtorch {
namespace {

using at::Tensor;

Step with_alpha(const NodeContext& c, double absent, Tensor (*f)(const Tensor&, double)) {
  const double alpha = c.node().float_attribute("alpha", absent);
  return unary(c, [=](const Tensor& x) { return f(x, alpha); });
}

Step build_gelu(const NodeContext& c) {
  const bool tanh = c.node().text_attribute("approximate", "none") == "tanh";
  return unary(c, [=](const Tensor& x) { return at::gelu(x, tanh ? "tanh" : "none"); });
}

Step build_selu(const NodeContext& c) {
  const double alpha = c.node().float_attribute("alpha", 1.67326319217681884765625);
  const double gamma = c.node().float_attribute("gamma", 1.05070102214813232421875);
  return unary(c, [=](const Tensor& x) { return at::elu(x, alpha, gamma); });
}

}  // namespace

Step build_activation(const NodeContext& c) {
  switch (c.node().op) {
    case Op::kRelu:
      return unary(c, [](const Tensor& x) { return at::relu(x); });
    case Op::kSigmoid:
      return unary(c, [](const Tensor& x) { return at::sigmoid(x); });
    case Op::kHardSwish:
      return unary(c, [](const Tensor& x) { return at::hardswish(x); });
    case Op::kTanh:
      return unary(c, [](const Tensor& x) { return at::tanh(x); });
    case Op::kErf:
      return unary(c, [](const Tensor& x) { return at::erf(x); });
    case Op::kGelu:
      return build_gelu(c);
    case Op::kSilu:
      return unary(c, [](const Tensor& x) { return at::silu(x); });
    case Op::kMish:
      return unary(c, [](const Tensor& x) { return at::mish(x); });
    case Op::kLeakyRelu:
      return with_alpha(c, 0.01, [](const Tensor& x, double a) { return at::leaky_relu(x, a); });
    case Op::kElu:
      return with_alpha(c, 1, [](const Tensor& x, double a) { return at::elu(x, a); });
    case Op::kCelu:
      return with_alpha(c, 1, [](const Tensor& x, double a) { return at::celu(x, a); });
    case Op::kThresholdedRelu:
      return with_alpha(c, 1, [](const Tensor& x, double a) { return at::threshold(x, a, 0); });
    case Op::kSelu:
      return build_selu(c);
    case Op::kSoftplus:
      return unary(c, [](const Tensor& x) { return at::softplus(x); });
    case Op::kSoftsign:
      return unary(c, [](const Tensor& x) { return at::div(x, at::add(at::abs(x), 1)); });
    case Op::kSqrt:
      return unary(c, [](const Tensor& x) { return at::sqrt(x); });
    case Op::kExp:
      return unary(c, [](const Tensor& x) { return at::exp(x); });
    case Op::kLog:
      return unary(c, [](const Tensor& x) { return at::log(x); });
    case Op::kNeg:
      return unary(c, [](const Tensor& x) { return at::neg(x); });
    case Op::kAbs:
      return unary(c, [](const Tensor& x) { return at::abs(x); });
    case Op::kReciprocal:
      return unary(c, [](const Tensor& x) { return at::reciprocal(x); });
    case Op::kFloor:
      return unary(c, [](const Tensor& x) { return at::floor(x); });
    case Op::kCeil:
      return unary(c, [](const Tensor& x) { return at::ceil(x); });
    case Op::kRound:
      return unary(c, [](const Tensor& x) { return at::round(x); });
    case Op::kSign:
      return unary(c, [](const Tensor& x) { return at::sign(x); });
    case Op::kSin:
      return unary(c, [](const Tensor& x) { return at::sin(x); });
    case Op::kCos:
      return unary(c, [](const Tensor& x) { return at::cos(x); });
    case Op::kTan:
      return unary(c, [](const Tensor& x) { return at::tan(x); });
    case Op::kAtan:
      return unary(c, [](const Tensor& x) { return at::atan(x); });
    case Op::kNot:
      return unary(c, [](const Tensor& x) { return at::logical_not(x); });
    case Op::kIsNaN:
      return unary(c, [](const Tensor& x) { return at::isnan(x); });
    default:
      throw Refusal("the operator is not supported");
  }
}

Step build_hard_sigmoid(const NodeContext& c) {
  const double alpha = c.node().float_attribute("alpha", 0.2);
  const double beta = c.node().float_attribute("beta", 0.5);
  if (std::abs(alpha - 1.0 / 6) < 1e-4 && beta == 0.5) {
    return unary(c, [](const Tensor& x) { return at::hardsigmoid(x); });
  }
  return unary(c, [=](const Tensor& x) { return x.mul(alpha).add_(beta).clamp_(0, 1); });
}

Step build_clip(const NodeContext& c) {
  const auto bound = [&](const char* attribute, size_t input) -> std::optional<at::Scalar> {
    if (const Attribute* a = c.node().find_attribute(attribute)) return at::Scalar(a->floats.at(0));
    if (!c.has_input(input)) return std::nullopt;
    const std::optional<double> known = c.scalar(input);
    if (!known) throw Refusal(std::string(attribute) + " is computed");
    return is_integer(c.dtype(0)) ? at::Scalar(static_cast<int64_t>(*known)) : at::Scalar(*known);
  };
  const auto low = bound("min", 1), high = bound("max", 2);
  if (low && high) {
    return unary(c, [=](const Tensor& x) { return at::clamp(x, *low, *high); });
  }
  if (low) return unary(c, [=](const Tensor& x) { return at::clamp_min(x, *low); });
  if (high) return unary(c, [=](const Tensor& x) { return at::clamp_max(x, *high); });
  return build_identity(c);
}

Step build_prelu(const NodeContext& c) {
  const Shape x = c.shape(0), slope = c.shape(1);
  int64_t elements = 1;
  for (const int64_t size : slope) elements *= size;
  // One slope in all, or one per channel: [C, 1, 1] for rank 4.
  const bool per_channel =
      x.size() >= 2 && slope.size() + 1 == x.size() && slope[0] == x[1] && elements == x[1];
  if (elements == 1 || per_channel) {
    return binary(c, [](const Tensor& v, const Tensor& w) { return at::prelu(v, w.reshape(-1)); });
  }
  return binary(c, [](const Tensor& v, const Tensor& w) {
    return at::where(at::lt(v, 0), at::mul(v, w), v);
  });
}

Step build_cast(const NodeContext& c) {
  const at::ScalarType type = scalar_type(c.out_dtype());
  return unary(c, [=](const Tensor& x) { return x.to(type); });
}

Step build_identity(const NodeContext& c) {
  if (c.has_output(1)) throw Refusal("its mask is read");
  return unary(c, [](const Tensor& x) { return x; });
}

}  // namespace tacho::libtorch
