// Operators that work element by element: unary, binary and variadic with broadcasting, Where,
// casts.
#include <utility>

#include "graph_ir/infer/literal_math.h"
#include "graph_ir/infer/rules.h"
#include "graph_ir/infer/tensor_math.h"

namespace tacho {
namespace {

DType first_known_dtype(const InferContext& c) {
  for (size_t i = 0; i < c.num_inputs(); ++i) {
    if (c.has_input(i) && c.dtype(i) != DType::kUnknown) return c.dtype(i);
  }
  return DType::kUnknown;
}

Dims broadcast_all(const InferContext& c) {
  if (!c.has_input(0)) c.fail("input 0 is missing");
  std::vector<OperandDims> operands;
  for (size_t i = 0; i < c.num_inputs(); ++i) {
    if (c.has_input(i)) operands.push_back(operand(c, i));
  }
  return broadcast(c, operands);
}

bool all_stretch(const InferContext& c, const Dims& to) {
  for (size_t i = 0; i < c.num_inputs(); ++i) {
    if (c.has_input(i) && !stretches(c.dims(i), to)) return false;
  }
  return true;
}

/// Applies `apply` to the elements of `a` and `b`, broadcast to `to`; null as soon as it gives
/// null.
template <typename Out, typename In, typename Apply>
std::optional<std::vector<Out>> zip(const std::vector<In>& a, const Dims& a_dims,
                                    const std::vector<In>& b, const Dims& b_dims, const Dims& to,
                                    Apply apply) {
  const std::vector<int64_t> ia = broadcast_index(a_dims, to), ib = broadcast_index(b_dims, to);
  std::vector<Out> out;
  out.reserve(ia.size());
  for (size_t k = 0; k < ia.size(); ++k) {
    const std::optional<Out> v = apply(a[ia[k]], b[ib[k]]);
    if (!v) return std::nullopt;
    out.push_back(*v);
  }
  return out;
}

/// The known result of the operator on all inputs, folded from the left.
std::optional<Literal> fold_ints(const InferContext& c, const Dims& to) {
  const Op op = c.node().op;
  if (c.ints(0) == nullptr) return std::nullopt;
  Literal acc = pick(*c.literal(0), broadcast_index(c.dims(0), to));
  for (size_t i = 1; i < c.num_inputs(); ++i) {
    if (c.ints(i) == nullptr) return std::nullopt;
    auto next = zip<int64_t>(acc.ints, to, *c.ints(i), c.dims(i), to, [&](int64_t a, int64_t b) {
      return is_comparison(op) ? compare(op, a, b) : binary_int(op, a, b);
    });
    if (!next) return std::nullopt;
    acc.ints = std::move(*next);
  }
  return acc;
}

std::optional<Literal> fold_reals(const InferContext& c, const Dims& to) {
  const Op op = c.node().op;
  if (c.reals(0) == nullptr) return std::nullopt;
  Literal acc = pick(*c.literal(0), broadcast_index(c.dims(0), to));
  for (size_t i = 1; i < c.num_inputs(); ++i) {
    if (c.reals(i) == nullptr) return std::nullopt;
    if (is_comparison(op)) {
      auto flags = zip<int64_t>(acc.reals, to, *c.reals(i), c.dims(i), to,
                                [&](double a, double b) { return compare(op, a, b); });
      if (!flags) return std::nullopt;
      return Literal{std::move(*flags), {}};
    }
    auto next = zip<double>(acc.reals, to, *c.reals(i), c.dims(i), to,
                            [&](double a, double b) { return binary_real(op, a, b); });
    if (!next) return std::nullopt;
    acc.reals = std::move(*next);
  }
  return acc;
}

void infer_broadcast(InferContext& c, DType dtype) {
  const Dims out = broadcast_all(c);
  c.set_output(0, out, dtype);
  constexpr size_t kMaxFolded = 64;  // operands; keeps the work of one node bounded
  if (!is_small(out) || c.num_inputs() > kMaxFolded || !all_stretch(c, out)) return;
  std::optional<Literal> literal = fold_ints(c, out);
  if (!literal) literal = fold_reals(c, out);
  if (literal) c.set_output_literal(0, std::move(*literal));
}

}  // namespace

void infer_unary(InferContext& c) {
  c.set_output(0, c.dims(0), c.dtype(0));
  const Op op = c.node().op;
  Literal out;
  if (const std::vector<int64_t>* in = c.ints(0)) {
    for (const int64_t a : *in) {
      const std::optional<int64_t> v = unary_int(op, a);
      if (!v) return;
      out.ints.push_back(*v);
    }
    c.set_output_literal(0, std::move(out));
  } else if (const std::vector<double>* in = c.reals(0)) {
    for (const double a : *in) {
      const std::optional<double> v = unary_real(op, a);
      if (!v) return;
      out.reals.push_back(*v);
    }
    c.set_output_literal(0, std::move(out));
  }
}

void infer_like_input(InferContext& c) { c.set_output(0, c.dims(0), c.dtype(0)); }

void infer_predicate(InferContext& c) { c.set_output(0, c.dims(0), DType::kBool); }

void infer_arithmetic(InferContext& c) { infer_broadcast(c, first_known_dtype(c)); }

void infer_logic(InferContext& c) { infer_broadcast(c, DType::kBool); }

void infer_where(InferContext& c) {
  const Dims out = broadcast(c, {operand(c, 0), operand(c, 1), operand(c, 2)});
  c.set_output(0, out, c.dtype(1));
  const std::vector<int64_t>* condition = c.ints(0);
  const Literal *yes = c.literal(1), *no = c.literal(2);
  if (!is_small(out) || condition == nullptr || yes == nullptr || no == nullptr) return;
  if (is_float(c.dtype(1)) != is_float(c.dtype(2)) || !all_stretch(c, out)) return;
  const Literal from_yes = pick(*yes, broadcast_index(c.dims(1), out));
  Literal result = pick(*no, broadcast_index(c.dims(2), out));
  const std::vector<int64_t> index = broadcast_index(c.dims(0), out);
  for (size_t k = 0; k < index.size(); ++k) {
    if ((*condition)[index[k]] == 0) continue;
    if (is_float(c.dtype(1))) {
      result.reals[k] = from_yes.reals[k];
    } else {
      result.ints[k] = from_yes.ints[k];
    }
  }
  c.set_output_literal(0, std::move(result));
}

void infer_cast(InferContext& c) {
  const DType to = c.node().op == Op::kCastLike
                       ? c.dtype(1)
                       : static_cast<DType>(c.node().int_attribute("to", 0));
  if (c.node().op == Op::kCast && dtype_name(to) == dtype_name(DType::kUnknown)) {
    c.fail("attribute 'to' names no type that we know");
  }
  c.set_output(0, c.dims(0), to);
  if (c.literal(0) == nullptr) return;
  if (std::optional<Literal> cast = cast_literal(*c.literal(0), c.dtype(0), to)) {
    c.set_output_literal(0, std::move(*cast));
  }
}

}  // namespace tacho
