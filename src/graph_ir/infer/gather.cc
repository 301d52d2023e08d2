// Gather*, Scatter* and what selects along an axis.
#include <algorithm>

#include "graph_ir/infer/batch.h"
#include "graph_ir/infer/rules.h"
#include "graph_ir/infer/tensor_math.h"

namespace tacho {
namespace {

/// data[…, indices, …] for known data and indices.
void set_gathered_literal(InferContext& c, const Dims& out, int64_t axis) {
  const std::vector<int64_t>* indices = c.ints(1);
  if (c.literal(0) == nullptr || indices == nullptr || !is_small(out)) return;
  const Dims& data = c.dims(0);
  const std::vector<int64_t> strides = strides_of(data);
  const int64_t inner = std::max<int64_t>(strides[axis], 1);
  const auto picked = static_cast<int64_t>(indices->size());
  const int64_t n = *checked_elements(out);
  std::vector<int64_t> from;
  for (int64_t k = 0; k < n; ++k) {
    int64_t at = (*indices)[k / inner % picked];
    if (at < -data[axis] || at >= data[axis]) {
      c.fail("index " + std::to_string(at) + " is outside axis " + std::to_string(axis));
    }
    if (at < 0) at += data[axis];
    from.push_back((k / inner / picked * data[axis] + at) * inner + k % inner);
  }
  c.set_output_literal(0, pick(*c.literal(0), from));
}

}  // namespace

void infer_gather(InferContext& c) {
  const int64_t axis = c.normal_axis(c.node().int_attribute("axis", 0), c.rank(0));
  const Dims &data = c.dims(0), &indices = c.dims(1);
  Dims out(data.begin(), data.begin() + axis);
  out.insert(out.end(), indices.begin(), indices.end());
  out.insert(out.end(), data.begin() + axis + 1, data.end());
  // A constant list of indices into a dimension that follows the batch picks the same share of it.
  const int64_t declared = c.declared_input_dims(0)[axis];
  if (declared != data[axis] && indices.size() == 1 && !c.input_scaled(1)) {
    out[axis] = follow_size(indices[0], declared, data[axis]);
  }
  c.set_output(0, out, c.dtype(0));
  if (!c.input_scaled(0)) set_gathered_literal(c, out, axis);
}

void infer_gather_elements(InferContext& c) {
  c.normal_axis(c.node().int_attribute("axis", 0), c.rank(0));
  if (c.rank(0) != c.rank(1)) c.fail("data and indices must have one rank");
  // Constant indices of the declared batch follow the data.
  Dims out = c.dims(1);
  const Dims& declared = c.declared_input_dims(0);
  if (c.input_scaled(0) && !c.input_scaled(1)) {
    for (size_t d = 0; d < out.size(); ++d) out[d] = follow_size(out[d], declared[d], c.dims(0)[d]);
  }
  c.set_output(0, out, c.dtype(0));
}

void infer_gather_nd(InferContext& c) {
  const Dims &data = c.dims(0), &indices = c.dims(1);
  const int64_t batch_dims = c.node().int_attribute("batch_dims", 0);
  if (data.empty() || indices.empty()) c.fail("data and indices need rank 1 or more");
  if (batch_dims < 0 || batch_dims >= std::min(c.rank(0), c.rank(1))) {
    c.fail("attribute batch_dims is " + std::to_string(batch_dims));
  }
  const int64_t depth = indices.back();
  if (depth < 0 || depth > c.rank(0) - batch_dims) {
    c.fail("the last dimension of the indices is longer than the data's rank");
  }
  Dims out(indices.begin(), indices.end() - 1);
  out.insert(out.end(), data.begin() + batch_dims + depth, data.end());
  c.set_output(0, out, c.dtype(0));
}

// ScatterND, ScatterElements, Scatter: data, indices, updates. The output is like the data;
// constant data of the declared batch follows updates that have its rank.
void infer_scatter(InferContext& c) {
  Dims out = c.dims(0);
  const Dims& updates = c.dims(2);
  if (c.input_scaled(2) && !c.input_scaled(0) && updates.size() == out.size()) {
    const Dims& declared = c.declared_input_dims(2);
    for (size_t d = 0; d < out.size(); ++d) {
      if (declared[d] == out[d]) out[d] = updates[d];
    }
  }
  c.set_output(0, out, c.dtype(0));
}

void infer_top_k(InferContext& c) {
  const int64_t axis = c.normal_axis(c.node().int_attribute("axis", -1), c.rank(0));
  int64_t k = c.node().int_attribute("k", -1);
  if (c.has_input(1)) {
    const std::vector<int64_t>& given = c.required_ints(1, "k");
    if (given.size() != 1) c.fail("k must be one value");
    k = given[0];
  }
  if (k < 0 || k > c.dims(0)[axis]) c.fail("k is " + std::to_string(k));
  Dims out = c.dims(0);
  out[axis] = k;
  c.set_output(0, out, c.dtype(0));
  c.set_output(1, out, DType::kInt64);
}

// Inputs: indices, depth, values.
void infer_one_hot(InferContext& c) {
  int64_t depth = 0;
  if (const std::vector<double>* real = c.reals(1)) {
    if (real->size() != 1 || !((*real)[0] >= 0 && (*real)[0] < 1e15)) c.fail("depth is no size");
    depth = static_cast<int64_t>((*real)[0]);
  } else {
    const std::vector<int64_t>& given = c.required_ints(1, "depth");
    if (given.size() != 1) c.fail("depth must be one value");
    depth = given[0];
  }
  const int64_t axis = c.normal_axis(c.node().int_attribute("axis", -1), c.rank(0) + 1);
  Dims out = c.dims(0);
  out.insert(out.begin() + axis, depth);
  c.set_output(0, out, c.dtype(2));
}

}  // namespace tacho
