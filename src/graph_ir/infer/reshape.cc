// Operators that change dims and keep the elements in their order.
#include <algorithm>

#include "graph_ir/infer/arithmetic.h"
#include "graph_ir/infer/batch.h"
#include "graph_ir/infer/rules.h"

namespace tacho {
namespace {

void set_same_elements(InferContext& c, const Dims& out) {
  c.set_output(0, out, c.dtype(0));
  if (c.literal(0) != nullptr) c.set_output_literal(0, *c.literal(0));
}

/// ONNX's Reshape: 0 copies the input's dimension (unless allowzero), one -1 takes what is left.
Dims reshaped(const InferContext& c, const std::vector<int64_t>& target) {
  if (target.size() > kMaxRank) c.fail("a target of rank " + std::to_string(target.size()));
  const Dims& in = c.dims(0);
  const bool allow_zero = c.node().int_attribute("allowzero", 0) != 0;
  Dims out;
  std::optional<size_t> open;
  for (size_t i = 0; i < target.size(); ++i) {
    int64_t d = target[i];
    if (d == 0 && !allow_zero) {
      if (i >= in.size()) c.fail("the target copies a dimension that the input does not have");
      d = in[i];
    }
    if (d == -1) {
      if (open) c.fail("the target has two dimensions of -1");
      open = i;
      d = 1;
    }
    if (d < 0) c.fail("the target has dimension " + std::to_string(d));
    out.push_back(d);
  }
  const std::optional<int64_t> rest = checked_elements(out);
  const int64_t all = c.elements(0);
  Dims shown(target.begin(), target.end());
  if (open && rest && *rest > 0 && all % *rest == 0) out[*open] = all / *rest;
  if (checked_elements(out) != all) {
    c.fail(std::to_string(all) + " elements do not fit the target " + dims_text(shown));
  }
  return out;
}

/// Attribute (opset ≤ 12) or input 1 (≥ 13); null if neither is given.
std::optional<std::vector<int64_t>> axes_of(const InferContext& c) {
  if (c.has_input(1)) return c.required_ints(1, "axes");
  const Attribute* a = c.node().find_attribute("axes");
  return a != nullptr ? std::optional(a->ints) : std::nullopt;
}

}  // namespace

void infer_reshape(InferContext& c) {
  if (c.ints(1) == nullptr) {
    // Not computable before the run; the file may tell.
    const std::optional<Dims> declared = c.declared_dims(0);
    if (!declared) c.required_ints(1, "the target shape");
    if (checked_elements(*declared) != c.elements(0)) {
      c.fail("the declared output " + dims_text(*declared) + " has another number of elements");
    }
    return set_same_elements(c, *declared);
  }
  set_same_elements(c, constant_missed_batch(c, 0, 1) ? follow_batch(c) : reshaped(c, *c.ints(1)));
}

void infer_flatten(InferContext& c) {
  const int64_t rank = c.rank(0);
  int64_t axis = c.node().int_attribute("axis", 1);
  if (axis != rank) axis = c.normal_axis(axis, rank);
  Dims out = {1, 1};
  for (int64_t d = 0; d < rank; ++d) {
    out[d < axis ? 0 : 1] = saturating_mul(out[d < axis ? 0 : 1], c.dims(0)[d]);
  }
  set_same_elements(c, out);
}

void infer_squeeze(InferContext& c) {
  const Dims& in = c.dims(0);
  // Which dimensions are 1 is asked at the declared batch: the rank must not depend on the
  // override.
  const Dims& declared = c.declared_input_dims(0);
  std::vector<char> drop(in.size(), 0);
  const std::optional<std::vector<int64_t>> axes = axes_of(c);
  if (axes) {
    for (const int64_t axis : c.normal_axes(*axes, c.rank(0))) {
      if (in[axis] != 1 && declared[axis] != 1) {
        c.fail("axis " + std::to_string(axis) + " has " + std::to_string(in[axis]) +
               " elements, not 1");
      }
      drop[axis] = 1;
    }
  } else {
    for (size_t d = 0; d < in.size(); ++d) drop[d] = declared[d] == 1 ? 1 : 0;
  }
  Dims out;
  bool drops_batch = false;
  for (size_t d = 0; d < in.size(); ++d) {
    if (drop[d] == 0) out.push_back(in[d]);
    drops_batch = drops_batch || (drop[d] != 0 && in[d] != 1);
  }
  set_same_elements(c, drops_batch ? follow_batch(c) : out);
}

void infer_unsqueeze(InferContext& c) {
  const std::optional<std::vector<int64_t>> axes = axes_of(c);
  if (!axes) c.fail("axes are missing");
  const int64_t rank = c.rank(0) + static_cast<int64_t>(axes->size());
  if (rank > static_cast<int64_t>(kMaxRank)) c.fail("an output of rank " + std::to_string(rank));
  std::vector<char> inserted(rank, 0);
  for (const int64_t axis : c.normal_axes(*axes, rank)) inserted[axis] = 1;
  Dims out;
  size_t next = 0;
  for (int64_t d = 0; d < rank; ++d) out.push_back(inserted[d] != 0 ? 1 : c.dims(0)[next++]);
  set_same_elements(c, out);
}

}  // namespace tacho
