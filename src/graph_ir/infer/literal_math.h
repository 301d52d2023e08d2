// Element-wise arithmetic on known elements.
#pragma once

#include <optional>

#include "graph_ir/infer/context.h"

namespace tacho {

/// Null where the operator is not one we compute, or the result is not defined (a division by zero,
/// an overflow): the result is then simply not known before the graph runs.
std::optional<int64_t> unary_int(Op op, int64_t a);
std::optional<double> unary_real(Op op, double a);
std::optional<int64_t> binary_int(Op op, int64_t a, int64_t b);
std::optional<double> binary_real(Op op, double a, double b);
/// Comparisons give 0 or 1.
template <typename T>
std::optional<int64_t> compare(Op op, T a, T b) {
  switch (op) {
    case Op::kEqual:
      return a == b;
    case Op::kGreater:
      return a > b;
    case Op::kGreaterOrEqual:
      return a >= b;
    case Op::kLess:
      return a < b;
    case Op::kLessOrEqual:
      return a <= b;
    default:
      return std::nullopt;
  }
}

bool is_comparison(Op op);

/// As Cast does it; null for a value that the type cannot hold.
std::optional<Literal> cast_literal(const Literal& from, DType from_type, DType to);

}  // namespace tacho
