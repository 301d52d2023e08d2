#include "backends/onednn/eltwise.h"

#include <limits>

namespace tacho::onednn {
namespace {

using backends::NodeContext;
using dnnl::algorithm;
using Chain = std::optional<std::vector<Eltwise>>;

float number(const NodeContext& c, const char* attribute, double absent) {
  return static_cast<float>(c.node().float_attribute(attribute, absent));
}

Chain clip(const NodeContext& c) {
  constexpr float kMost = std::numeric_limits<float>::max();
  float bounds[2] = {-kMost, kMost};
  const char* names[2] = {"min", "max"};
  for (size_t i = 0; i < 2; ++i) {
    if (const Attribute* a = c.node().find_attribute(names[i])) {
      bounds[i] = static_cast<float>(a->floats.at(0));
    } else if (c.has_input(i + 1)) {
      if (!c.scalar(i + 1)) return std::nullopt;
      bounds[i] = static_cast<float>(*c.scalar(i + 1));
    }
  }
  return {{{algorithm::eltwise_clip, bounds[0], bounds[1]}}};
}

// With a number, on either side.
Chain arithmetic(const NodeContext& c) {
  const size_t place = c.scalar(1) ? 1 : 0;
  const std::optional<double> known = c.scalar(place);
  if (!known || c.shape(1 - place) != c.out_shape()) return std::nullopt;
  const auto x = static_cast<float>(*known);
  switch (c.node().op) {
    case Op::kAdd:
      return {{{algorithm::eltwise_linear, 1, x}}};
    case Op::kMul:
      return {{{algorithm::eltwise_linear, x, 0}}};
    case Op::kSub:
      if (place == 1) return {{{algorithm::eltwise_linear, 1, -x}}};
      return {{{algorithm::eltwise_linear, -1, x}}};
    case Op::kDiv:
      if (place == 1) return {{{algorithm::eltwise_linear, 1 / x, 0}}};
      return {{{algorithm::eltwise_pow, x, -1}}};
    case Op::kPow:
      if (place == 1) return {{{algorithm::eltwise_pow, 1, x}}};
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

Chain eltwise_of(const NodeContext& c) {
  if (!c.has_input(0) || !is_float(c.dtype(0)) || !is_float(c.out_dtype())) return std::nullopt;
  switch (c.node().op) {
    case Op::kRelu:
      return {{{algorithm::eltwise_relu, 0, 0}}};
    case Op::kLeakyRelu:
      return {{{algorithm::eltwise_relu, number(c, "alpha", 0.01), 0}}};
    case Op::kSigmoid:
      return {{{algorithm::eltwise_logistic, 0, 0}}};
    case Op::kHardSigmoid:
      return {{{algorithm::eltwise_linear, number(c, "alpha", 0.2), number(c, "beta", 0.5)},
               {algorithm::eltwise_clip, 0, 1}}};
    case Op::kHardSwish:
      return {{{algorithm::eltwise_hardswish, 0, 0}}};
    case Op::kSilu:
      return {{{algorithm::eltwise_swish, 1, 0}}};
    case Op::kMish:
      return {{{algorithm::eltwise_mish, 0, 0}}};
    case Op::kGelu:
      if (c.node().text_attribute("approximate", "none") == "tanh") {
        return {{{algorithm::eltwise_gelu_tanh, 0, 0}}};
      }
      return {{{algorithm::eltwise_gelu_erf, 0, 0}}};
    case Op::kTanh:
      return {{{algorithm::eltwise_tanh, 0, 0}}};
    case Op::kElu:
      return {{{algorithm::eltwise_elu, number(c, "alpha", 1), 0}}};
    case Op::kSelu:
      return {{{algorithm::eltwise_elu, number(c, "alpha", 1.67326319217681884765625), 0},
               {algorithm::eltwise_linear, number(c, "gamma", 1.05070102214813232421875), 0}}};
    case Op::kSoftplus:
      return {{{algorithm::eltwise_soft_relu, 0, 0}}};
    case Op::kSqrt:
      return {{{algorithm::eltwise_sqrt, 0, 0}}};
    case Op::kExp:
      return {{{algorithm::eltwise_exp, 0, 0}}};
    case Op::kLog:
      return {{{algorithm::eltwise_log, 0, 0}}};
    case Op::kAbs:
      return {{{algorithm::eltwise_abs, 0, 0}}};
    case Op::kNeg:
      return {{{algorithm::eltwise_linear, -1, 0}}};
    case Op::kReciprocal:
      return {{{algorithm::eltwise_pow, 1, -1}}};
    case Op::kRound:
      return {{{algorithm::eltwise_round, 0, 0}}};
    case Op::kClip:
      return clip(c);
    case Op::kAdd:
    case Op::kSub:
    case Op::kMul:
    case Op::kDiv:
    case Op::kPow:
      return arithmetic(c);
    default:
      return std::nullopt;
  }
}

}  // namespace tacho::onednn
