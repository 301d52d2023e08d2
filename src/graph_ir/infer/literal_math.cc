#include "graph_ir/infer/literal_math.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tacho {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

/// C++ truncates, as ONNX's Div does; null where the quotient does not exist.
std::optional<int64_t> divide(int64_t a, int64_t b) {
  if (b == 0 || (a == kMin && b == -1)) return std::nullopt;
  return a / b;
}

/// Python's sign rule (fmod = 0), which is ONNX's for integers.
std::optional<int64_t> modulo(int64_t a, int64_t b) {
  if (b == 0 || b == -1) return b == 0 ? std::nullopt : std::optional<int64_t>(0);
  const int64_t r = a % b;
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

std::optional<int64_t> power(int64_t base, int64_t exponent) {
  const double p = std::pow(static_cast<double>(base), static_cast<double>(exponent));
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (!(std::abs(p) < kExact)) return std::nullopt;
  return static_cast<int64_t>(p);
}

}  // namespace

bool is_comparison(Op op) {
  switch (op) {
    case Op::kEqual:
    case Op::kGreater:
    case Op::kGreaterOrEqual:
    case Op::kLess:
    case Op::kLessOrEqual:
      return true;
    default:
      return false;
  }
}

std::optional<int64_t> unary_int(Op op, int64_t a) {
  switch (op) {
    case Op::kIdentity:
      return a;
    case Op::kNeg:
      return a == kMin ? std::nullopt : std::optional<int64_t>(-a);
    case Op::kAbs:
      return a == kMin ? std::nullopt : std::optional<int64_t>(a < 0 ? -a : a);
    case Op::kSign:
      return (a > 0) - (a < 0);
    case Op::kNot:
      return a == 0;
    case Op::kBitwiseNot:
      return ~a;
    case Op::kRelu:
      return std::max<int64_t>(a, 0);
    default:
      return std::nullopt;
  }
}

std::optional<double> unary_real(Op op, double a) {
  switch (op) {
    case Op::kIdentity:
      return a;
    case Op::kNeg:
      return -a;
    case Op::kAbs:
      return std::abs(a);
    case Op::kSign:
      return (a > 0) - (a < 0);
    case Op::kFloor:
      return std::floor(a);
    case Op::kCeil:
      return std::ceil(a);
    case Op::kRound:
      return std::nearbyint(a);  // half to even, ONNX's rule
    case Op::kSqrt:
      return std::sqrt(a);
    case Op::kReciprocal:
      return 1 / a;
    case Op::kExp:
      return std::exp(a);
    case Op::kLog:
      return std::log(a);
    case Op::kErf:
      return std::erf(a);
    case Op::kSin:
      return std::sin(a);
    case Op::kCos:
      return std::cos(a);
    case Op::kTanh:
      return std::tanh(a);
    case Op::kSigmoid:
      return 1 / (1 + std::exp(-a));
    case Op::kRelu:
      return std::max(a, 0.0);
    default:
      return std::nullopt;
  }
}

std::optional<int64_t> binary_int(Op op, int64_t a, int64_t b) {
  int64_t r;
  switch (op) {
    case Op::kAdd:
    case Op::kSum:
      return __builtin_add_overflow(a, b, &r) ? std::nullopt : std::optional<int64_t>(r);
    case Op::kSub:
      return __builtin_sub_overflow(a, b, &r) ? std::nullopt : std::optional<int64_t>(r);
    case Op::kMul:
      return __builtin_mul_overflow(a, b, &r) ? std::nullopt : std::optional<int64_t>(r);
    case Op::kDiv:
      return divide(a, b);
    case Op::kMod:
      return modulo(a, b);
    case Op::kPow:
      return power(a, b);
    case Op::kMin:
      return std::min(a, b);
    case Op::kMax:
      return std::max(a, b);
    case Op::kAnd:
      return a != 0 && b != 0;
    case Op::kOr:
      return a != 0 || b != 0;
    case Op::kXor:
      return (a != 0) != (b != 0);
    case Op::kBitwiseAnd:
      return a & b;
    case Op::kBitwiseOr:
      return a | b;
    case Op::kBitwiseXor:
      return a ^ b;
    default:
      return std::nullopt;
  }
}

std::optional<double> binary_real(Op op, double a, double b) {
  switch (op) {
    case Op::kAdd:
    case Op::kSum:
      return a + b;
    case Op::kSub:
      return a - b;
    case Op::kMul:
      return a * b;
    case Op::kDiv:
      return a / b;
    case Op::kMod:
      return std::fmod(a, b);
    case Op::kPow:
      return std::pow(a, b);
    case Op::kMin:
      return std::min(a, b);
    case Op::kMax:
      return std::max(a, b);
    default:
      return std::nullopt;
  }
}

std::optional<Literal> cast_literal(const Literal& from, DType from_type, DType to) {
  Literal out;
  if (is_float(to)) {
    if (is_float(from_type)) {
      out.reals = from.reals;
    } else {
      for (const int64_t v : from.ints) out.reals.push_back(static_cast<double>(v));
    }
    return out;
  }
  if (!is_integer(to)) return std::nullopt;
  if (is_float(from_type)) {
    for (const double v : from.reals) {
      if (to == DType::kBool) {
        out.ints.push_back(v != 0);
      } else if (std::abs(v) < 9.2e18) {  // false for NaN
        out.ints.push_back(static_cast<int64_t>(v));
      } else {
        return std::nullopt;
      }
    }
  } else {
    out.ints = from.ints;
    if (to == DType::kBool) {
      for (int64_t& v : out.ints) v = v != 0;
    }
  }
  const int bits = dtype_bits(to);
  if (to == DType::kBool || bits >= 64) return out;
  const bool is_unsigned =
      to == DType::kUint4 || to == DType::kUint8 || to == DType::kUint16 || to == DType::kUint32;
  const int64_t low = is_unsigned ? 0 : -(int64_t{1} << (bits - 1));
  const int64_t high = (int64_t{1} << (is_unsigned ? bits : bits - 1)) - 1;
  const bool fits = std::all_of(out.ints.begin(), out.ints.end(),
                                [&](int64_t v) { return v >= low && v <= high; });
  if (!fits) return std::nullopt;
  return out;
}

}  // namespace tacho
