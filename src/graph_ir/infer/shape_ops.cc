// Operators that read or make shapes, and tensors made from a shape.
#include <algorithm>
#include <cmath>

#include "graph_ir/infer/arithmetic.h"
#include "graph_ir/infer/rules.h"
#include "graph_ir/infer/tensor_math.h"

namespace tacho {
namespace {

DType dtype_attribute(const InferContext& c, DType absent) {
  return static_cast<DType>(c.node().int_attribute("dtype", static_cast<int64_t>(absent)));
}

/// How many values start:limit:step has; null for a step of 0 or NaN. Saturates.
std::optional<int64_t> range_count(double start, double limit, double step) {
  const double n = std::ceil((limit - start) / step);
  if (std::isnan(n)) return std::nullopt;
  return static_cast<int64_t>(std::clamp(n, 0.0, 9e18));
}

}  // namespace

// Attributes: value (tensor), value_int, value_ints, value_float, value_floats.
void infer_constant(InferContext& c) {
  if (const Value* tensor = c.tensor_attribute("value")) {
    c.set_output(0, *tensor->dims, tensor->dtype);
    if (tensor->literal) c.set_output_literal(0, *tensor->literal);
    return;
  }
  for (const char* name : {"value_int", "value_ints", "value_float", "value_floats"}) {
    const Attribute* a = c.node().find_attribute(name);
    if (a == nullptr) continue;
    const bool real = std::string_view(name).substr(0, 11) == "value_float";
    const size_t size = real ? a->floats.size() : a->ints.size();
    const bool list = std::string_view(name).back() == 's';
    c.set_output(0, list ? Dims{static_cast<int64_t>(size)} : Dims{},
                 real ? DType::kFloat32 : DType::kInt64);
    c.set_output_literal(0, real ? Literal{{}, a->floats} : Literal{a->ints, {}});
    return;
  }
  if (c.node().find_attribute("value_string") != nullptr)
    return c.set_output(0, {}, DType::kString);
  const std::optional<Dims> declared = c.declared_dims(0);
  if (!declared) c.fail("has no value that we can read");
  c.set_output(0, *declared, DType::kUnknown);
}

void infer_shape(InferContext& c) {
  const Dims& in = c.dims(0);
  const int64_t rank = c.rank(0);
  const auto bound = [rank](int64_t at) {
    return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank);
  };
  const int64_t start = bound(c.node().int_attribute("start", 0));
  const int64_t end = std::max(start, bound(c.node().int_attribute("end", rank)));
  c.set_output(0, {end - start}, DType::kInt64);
  c.set_output_literal(0, {std::vector<int64_t>(in.begin() + start, in.begin() + end), {}});
}

void infer_size(InferContext& c) {
  c.set_output(0, {}, DType::kInt64);
  c.set_output_literal(0, {{c.elements(0)}, {}});
}

void infer_range(InferContext& c) {
  for (size_t i = 0; i < 3; ++i) {
    if (c.elements(i) != 1) c.fail("start, limit and delta must be scalars");
  }
  if (c.ints(0) != nullptr && c.ints(1) != nullptr && c.ints(2) != nullptr) {
    const int64_t start = c.ints(0)->front(), limit = c.ints(1)->front(), step = c.ints(2)->front();
    const auto count = range_count(static_cast<double>(start), static_cast<double>(limit),
                                   static_cast<double>(step));
    if (step == 0 || !count) c.fail("delta is 0");
    c.set_output(0, {*count}, c.dtype(0));
    if (!is_small({*count})) return;
    Literal values;
    for (int64_t k = 0; k < *count; ++k) {
      values.ints.push_back(saturating_add(start, saturating_mul(k, step)));
    }
    return c.set_output_literal(0, std::move(values));
  }
  if (c.reals(0) != nullptr && c.reals(1) != nullptr && c.reals(2) != nullptr) {
    const double start = c.reals(0)->front(), step = c.reals(2)->front();
    const auto count = range_count(start, c.reals(1)->front(), step);
    if (step == 0 || !count) c.fail("delta is 0, or a bound is no number");
    c.set_output(0, {*count}, c.dtype(0));
    if (!is_small({*count})) return;
    Literal values;
    for (int64_t k = 0; k < *count; ++k) {
      values.reals.push_back(start + static_cast<double>(k) * step);
    }
    return c.set_output_literal(0, std::move(values));
  }
  const std::optional<Dims> declared = c.declared_dims(0);
  if (!declared) c.fail("start, limit and delta must be known before the graph runs");
  c.set_output(0, *declared, c.dtype(0));
}

void infer_constant_of_shape(InferContext& c) {
  const std::vector<int64_t>& shape = c.required_ints(0, "the shape");
  if (shape.size() > kMaxRank) c.fail("an output of rank " + std::to_string(shape.size()));
  const Value* fill = c.tensor_attribute("value");
  const Dims out(shape.begin(), shape.end());
  c.set_output(0, out, fill != nullptr ? fill->dtype : DType::kFloat32);
  if (!is_small(out)) return;
  const auto n = static_cast<size_t>(*checked_elements(out));
  if (fill == nullptr) {
    c.set_output_literal(0, {{}, std::vector<double>(n, 0.0)});
  } else if (fill->literal && fill->literal->size() == 1) {
    c.set_output_literal(0, pick(*fill->literal, std::vector<int64_t>(n, 0)));
  }
}

void infer_eye_like(InferContext& c) {
  if (c.rank(0) != 2) c.fail("the input must be a matrix");
  c.set_output(0, c.dims(0), dtype_attribute(c, c.dtype(0)));
}

void infer_random(InferContext& c) {
  const std::vector<int64_t> shape = c.node().ints_attribute("shape");
  c.set_output(0, Dims(shape.begin(), shape.end()), dtype_attribute(c, DType::kFloat32));
}

void infer_random_like(InferContext& c) {
  c.set_output(0, c.dims(0), dtype_attribute(c, c.dtype(0)));
}

void infer_multinomial(InferContext& c) {
  if (c.rank(0) != 2) c.fail("the input must be a matrix");
  c.set_output(0, {c.dims(0)[0], c.node().int_attribute("sample_size", 1)},
               dtype_attribute(c, DType::kInt32));
}

void infer_trilu(InferContext& c) {
  const Dims& in = c.dims(0);
  if (in.size() < 2) c.fail("the input must have rank 2 or more");
  c.set_output(0, in, c.dtype(0));
  if (c.literal(0) == nullptr) return;
  const std::vector<int64_t>* diagonal = c.ints(1);
  if (c.has_input(1) && (diagonal == nullptr || diagonal->size() != 1)) return;
  const int64_t shift = c.has_input(1) ? diagonal->front() : 0;
  const bool upper = c.node().int_attribute("upper", 1) != 0;
  const int64_t rows = in[in.size() - 2], columns = in.back();
  Literal out = *c.literal(0);
  for (size_t k = 0; k < out.size(); ++k) {
    const auto at = static_cast<int64_t>(k);
    const int64_t offset = at % columns - at / columns % rows;
    if (upper ? offset >= shift : offset <= shift) continue;
    if (!out.ints.empty()) out.ints[k] = 0;
    if (!out.reals.empty()) out.reals[k] = 0;
  }
  c.set_output_literal(0, std::move(out));
}

void infer_cum_sum(InferContext& c) {
  c.set_output(0, c.dims(0), c.dtype(0));
  const std::vector<int64_t>* in = c.ints(0);
  const bool plain =
      c.node().int_attribute("exclusive", 0) == 0 && c.node().int_attribute("reverse", 0) == 0;
  if (in == nullptr || c.rank(0) != 1 || !plain) return;
  Literal out;
  int64_t sum = 0;
  for (const int64_t v : *in) out.ints.push_back(sum = saturating_add(sum, v));
  c.set_output_literal(0, std::move(out));
}

}  // namespace tacho
