// Reduce*, ArgMax, ArgMin.
#include <algorithm>

#include "graph_ir/infer/literal_math.h"
#include "graph_ir/infer/rules.h"
#include "graph_ir/infer/tensor_math.h"

namespace tacho {
namespace {

/// The axes, as an attribute (Reduce* up to opset 17, ReduceSum up to 12) or as input 1; null if
/// not given.
std::optional<std::vector<int64_t>> given_axes(const InferContext& c) {
  if (c.has_input(1)) return c.required_ints(1, "axes");
  const Attribute* attribute = c.node().find_attribute("axes");
  if (attribute == nullptr) return std::nullopt;
  return attribute->ints;
}

/// The binary operator that the reduction repeats; kUnknown for one we do not compute.
Op repeated(Op op) {
  switch (op) {
    case Op::kReduceSum:
      return Op::kAdd;
    case Op::kReduceProd:
      return Op::kMul;
    case Op::kReduceMax:
      return Op::kMax;
    case Op::kReduceMin:
      return Op::kMin;
    default:
      return Op::kUnknown;
  }
}

/// For each input element, the output element that it goes into.
std::vector<int64_t> reduced_index(const Dims& in, const std::vector<char>& reduced) {
  Dims kept = in;
  for (size_t d = 0; d < in.size(); ++d) {
    if (reduced[d] != 0) kept[d] = 1;
  }
  std::vector<int64_t> strides = strides_of(kept);
  for (size_t d = 0; d < in.size(); ++d) {
    if (reduced[d] != 0) strides[d] = 0;
  }
  return strided_index(in, 0, strides);
}

template <typename T, typename Combine>
std::optional<std::vector<T>> reduce(const std::vector<T>& in, const std::vector<int64_t>& index,
                                     Combine combine) {
  std::vector<std::optional<T>> out;
  for (size_t k = 0; k < in.size(); ++k) {
    const auto at = static_cast<size_t>(index[k]);
    if (out.size() <= at) out.resize(at + 1);
    out[at] = out[at] ? combine(*out[at], in[k]) : std::optional<T>(in[k]);
    if (!out[at]) return std::nullopt;
  }
  std::vector<T> values;
  for (const std::optional<T>& v : out) values.push_back(*v);
  return values;
}

void set_reduced_literal(InferContext& c, const std::vector<char>& reduced) {
  const Op op = repeated(c.node().op);
  if (op == Op::kUnknown || c.literal(0) == nullptr || !is_small(c.dims(0))) return;
  const std::vector<int64_t> index = reduced_index(c.dims(0), reduced);
  if (const std::vector<int64_t>* in = c.ints(0)) {
    auto out =
        reduce<int64_t>(*in, index, [op](int64_t a, int64_t b) { return binary_int(op, a, b); });
    if (out) c.set_output_literal(0, {std::move(*out), {}});
  } else if (const std::vector<double>* in = c.reals(0)) {
    auto out =
        reduce<double>(*in, index, [op](double a, double b) { return binary_real(op, a, b); });
    if (out) c.set_output_literal(0, {{}, std::move(*out)});
  }
}

Dims reduced_dims(const Dims& in, const std::vector<char>& reduced, bool keep) {
  Dims out;
  for (size_t d = 0; d < in.size(); ++d) {
    if (reduced[d] == 0) {
      out.push_back(in[d]);
    } else if (keep) {
      out.push_back(1);
    }
  }
  return out;
}

}  // namespace

void infer_reduce(InferContext& c) {
  const std::optional<std::vector<int64_t>> given = given_axes(c);
  std::vector<char> reduced(c.rank(0), 0);
  if (given && !given->empty()) {
    for (const int64_t axis : c.normal_axes(*given, c.rank(0))) reduced[axis] = 1;
  } else if (c.node().int_attribute("noop_with_empty_axes", 0) == 0) {
    std::fill(reduced.begin(), reduced.end(), 1);
  }
  const bool keep = c.node().int_attribute("keepdims", 1) != 0;
  c.set_output(0, reduced_dims(c.dims(0), reduced, keep), c.dtype(0));
  set_reduced_literal(c, reduced);
}

void infer_arg_reduce(InferContext& c) {
  std::vector<char> reduced(c.rank(0), 0);
  reduced[c.normal_axis(c.node().int_attribute("axis", 0), c.rank(0))] = 1;
  const bool keep = c.node().int_attribute("keepdims", 1) != 0;
  c.set_output(0, reduced_dims(c.dims(0), reduced, keep), DType::kInt64);
}

}  // namespace tacho
