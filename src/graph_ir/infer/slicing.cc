// Slice and Split.
#include <algorithm>
#include <numeric>

#include "graph_ir/infer/arithmetic.h"
#include "graph_ir/infer/batch.h"
#include "graph_ir/infer/rules.h"
#include "graph_ir/infer/tensor_math.h"

namespace tacho {
namespace {

/// One axis of a Slice, brought into range: `count` elements from `begin`, `step` apart.
struct Cut {
  int64_t begin = 0;
  int64_t step = 1;
  int64_t count = 0;
};

/// NumPy's rule for begin:end:step over a dimension of `size` elements.
Cut cut_of(int64_t size, int64_t begin, int64_t end, int64_t step) {
  const auto clamp = [size](int64_t at, int64_t low, int64_t high) {
    return std::clamp(at < 0 ? at + size : at, low, high);
  };
  Cut cut;
  cut.step = step;
  if (step > 0) {
    cut.begin = clamp(begin, 0, size);
    const int64_t last = clamp(end, 0, size);
    cut.count = last > cut.begin ? (last - cut.begin - 1) / step + 1 : 0;
  } else {
    cut.begin = clamp(begin, size > 0 ? 0 : -1, size - 1);
    const int64_t last = clamp(end, -1, size - 1);
    const int64_t span = cut.begin - last;  // ≤ size; a step of INT64_MIN has no negation
    cut.count = span <= 0 ? 0 : step < -span ? 1 : (span - 1) / -step + 1;
  }
  return cut;
}

struct SliceArguments {
  std::vector<int64_t> starts, ends, axes, steps;
};

SliceArguments slice_arguments(const InferContext& c) {
  SliceArguments a;
  const bool by_input = c.has_input(1);
  a.starts = by_input ? c.required_ints(1, "starts") : c.node().ints_attribute("starts");
  a.ends = by_input ? c.required_ints(2, "ends") : c.node().ints_attribute("ends");
  if (by_input && c.has_input(3)) {
    a.axes = c.required_ints(3, "axes");
  } else if (!by_input) {
    a.axes = c.node().ints_attribute("axes");
  }
  if (c.has_input(4)) a.steps = c.required_ints(4, "steps");
  if (a.axes.empty()) {
    a.axes.resize(a.starts.size());
    std::iota(a.axes.begin(), a.axes.end(), int64_t{0});
  }
  if (a.steps.empty()) a.steps.assign(a.starts.size(), 1);
  if (a.ends.size() != a.starts.size() || a.axes.size() != a.starts.size() ||
      a.steps.size() != a.starts.size()) {
    c.fail("starts, ends, axes and steps have different lengths");
  }
  a.axes = c.normal_axes(a.axes, c.rank(0));
  return a;
}

/// PyTorch's exporter writes an axis one too large for chunk(-1) of a tensor whose rank it got
/// wrong (timm's mixed-rope ViTs). Where the parts add up to the last dimension, that is the one
/// that was meant.
int64_t split_axis(const InferContext& c) {
  const int64_t axis = c.node().int_attribute("axis", 0), rank = c.rank(0);
  if (axis == rank && rank > 0 && c.ints(1) != nullptr) {
    int64_t sum = 0;
    for (const int64_t size : *c.ints(1)) sum = saturating_add(sum, size);
    if (sum == c.dims(0).back()) return rank - 1;
  }
  return c.normal_axis(axis, rank);
}

/// Sizes of the parts along the axis.
std::vector<int64_t> split_sizes(const InferContext& c, int64_t axis) {
  const int64_t whole = c.dims(0)[axis];
  const auto parts = static_cast<int64_t>(c.num_outputs());
  std::vector<int64_t> sizes =
      c.has_input(1) ? c.required_ints(1, "split") : c.node().ints_attribute("split");
  if (sizes.empty()) {
    const int64_t wanted = c.node().int_attribute("num_outputs", parts);
    if (parts < 1 || wanted != parts) c.fail("num_outputs is not the number of outputs");
    const int64_t each = ceil_div(whole, parts);
    for (int64_t i = 0; i < parts; ++i) {
      sizes.push_back(std::clamp<int64_t>(whole - i * each, 0, each));
    }
    return sizes;
  }
  if (static_cast<int64_t>(sizes.size()) != parts) c.fail("split has another length than outputs");
  int64_t sum = 0;
  const bool follows = constant_missed_batch(c, 0, c.has_input(1) ? 1 : kAttribute);
  for (int64_t& size : sizes) {
    if (size < 0) c.fail("split contains " + std::to_string(size));
    if (follows) size = follow_size(size, c.declared_input_dims(0)[axis], whole);
    sum = saturating_add(sum, size);
  }
  if (sum != whole) {
    c.fail("the parts have " + std::to_string(sum) + " elements, axis " + std::to_string(axis) +
           " has " + std::to_string(whole));
  }
  return sizes;
}

}  // namespace

void infer_slice(InferContext& c) {
  const SliceArguments a = slice_arguments(c);
  Dims out = c.dims(0);
  const Dims& declared = c.declared_input_dims(0);
  std::vector<int64_t> strides = strides_of(c.dims(0));
  int64_t offset = 0;
  for (size_t k = 0; k < a.axes.size(); ++k) {
    const int64_t axis = a.axes[k], size = c.dims(0)[axis];
    if (a.steps[k] == 0) c.fail("a step of 0");
    Cut cut = cut_of(size, a.starts[k], a.ends[k], a.steps[k]);
    if (declared[axis] != size) {
      // Of a dimension that follows the batch the same share is cut, whatever the constants say.
      cut.count = follow_size(cut_of(declared[axis], a.starts[k], a.ends[k], a.steps[k]).count,
                              declared[axis], size);
    }
    out[axis] = cut.count;
    if (cut.count > 0) offset += strides[axis] * cut.begin;
    strides[axis] *= cut.count > 1 ? cut.step : 0;
  }
  c.set_output(0, out, c.dtype(0));
  if (c.literal(0) == nullptr || c.input_scaled(0) || !is_small(out)) return;
  c.set_output_literal(0, pick(*c.literal(0), strided_index(out, offset, strides)));
}

void infer_split(InferContext& c) {
  const int64_t axis = split_axis(c);
  const std::vector<int64_t> sizes = split_sizes(c, axis);
  const std::vector<int64_t> strides = strides_of(c.dims(0));
  int64_t begin = 0;
  for (size_t i = 0; i < sizes.size(); ++i) {
    Dims out = c.dims(0);
    out[axis] = sizes[i];
    c.set_output(i, out, c.dtype(0));
    if (c.literal(0) != nullptr && is_small(out)) {
      c.set_output_literal(i,
                           pick(*c.literal(0), strided_index(out, begin * strides[axis], strides)));
    }
    begin += sizes[i];
  }
}

}  // namespace tacho
