#include "graph_ir/infer/tensor_math.h"

#include <algorithm>

namespace tacho {

OperandDims operand(const InferContext& c, size_t input) {
  return {c.dims(input), c.declared_input_dims(input), !c.input_scaled(input)};
}

OperandDim broadcast_dim(const InferContext& c, OperandDim a, OperandDim b) {
  const bool unscaled = a.unscaled && b.unscaled;
  const int64_t declared = a.declared == 1 ? b.declared : a.declared;
  if (a.declared == b.declared) {
    if (a.now == b.now || b.unscaled) return {a.now, declared, unscaled};
    if (a.unscaled) return {b.now, declared, unscaled};
  }
  if (a.now == b.now || b.now == 1) return {a.now, declared, unscaled};
  if (a.now == 1) return {b.now, declared, unscaled};
  c.fail("dimensions " + std::to_string(a.now) + " and " + std::to_string(b.now) +
         " do not broadcast");
}

Dims broadcast(const InferContext& c, const std::vector<OperandDims>& operands) {
  size_t rank = 0;
  for (const OperandDims& o : operands) rank = std::max(rank, o.now.size());
  std::vector<OperandDim> out(rank);
  for (const OperandDims& o : operands) {
    for (size_t i = 0; i < o.now.size(); ++i) {  // i-th dimension from the right
      OperandDim& to = out[rank - 1 - i];
      const int64_t now = o.now[o.now.size() - 1 - i];
      const int64_t declared =
          o.declared.size() == o.now.size() ? o.declared[o.now.size() - 1 - i] : now;
      to = broadcast_dim(c, to, {now, declared, o.unscaled});
    }
  }
  Dims dims;
  for (const OperandDim& d : out) dims.push_back(d.now);
  return dims;
}

bool is_small(const Dims& dims) {
  const std::optional<int64_t> n = checked_elements(dims);
  return n && *n <= static_cast<int64_t>(kMaxLiteralElements);
}

bool stretches(const Dims& from, const Dims& to) {
  if (from.size() > to.size()) return false;
  const size_t shift = to.size() - from.size();
  for (size_t i = 0; i < from.size(); ++i) {
    if (from[i] != 1 && from[i] != to[shift + i]) return false;
  }
  return true;
}

std::vector<int64_t> strides_of(const Dims& dims) {
  std::vector<int64_t> strides(dims.size(), 1);
  for (size_t i = dims.size(); i-- > 1;)
    strides[i - 1] = strides[i] * std::max<int64_t>(dims[i], 1);
  return strides;
}

std::vector<int64_t> strided_index(const Dims& to, int64_t offset,
                                   const std::vector<int64_t>& strides) {
  const int64_t n = *checked_elements(to);
  std::vector<int64_t> index;
  index.reserve(n);
  std::vector<int64_t> at(to.size(), 0);
  for (int64_t k = 0; k < n; ++k) {
    index.push_back(offset);
    for (size_t d = to.size(); d-- > 0;) {
      offset += strides[d];
      if (++at[d] < to[d]) break;
      offset -= strides[d] * to[d];
      at[d] = 0;
    }
  }
  return index;
}

std::vector<int64_t> broadcast_index(const Dims& from, const Dims& to) {
  const std::vector<int64_t> own = strides_of(from);
  std::vector<int64_t> strides(to.size(), 0);
  for (size_t i = 0; i < from.size(); ++i) {
    if (from[i] != 1) strides[to.size() - from.size() + i] = own[i];
  }
  return strided_index(to, 0, strides);
}

Literal pick(const Literal& from, const std::vector<int64_t>& index) {
  Literal out;
  if (!from.ints.empty()) {
    out.ints.reserve(index.size());
    for (const int64_t i : index) out.ints.push_back(from.ints[i]);
  } else if (!from.reals.empty()) {
    out.reals.reserve(index.size());
    for (const int64_t i : index) out.reals.push_back(from.reals[i]);
  }
  return out;
}

}  // namespace tacho
