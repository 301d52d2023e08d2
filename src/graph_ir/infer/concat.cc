// Concat and Pad.
#include <algorithm>

#include "graph_ir/infer/arithmetic.h"
#include "graph_ir/infer/batch.h"
#include "graph_ir/infer/rules.h"
#include "graph_ir/infer/tensor_math.h"

namespace tacho {
namespace {

/// The inputs' elements one after the other along the axis; all must be known.
void set_joined_literal(InferContext& c, const Dims& out, int64_t axis) {
  if (!is_small(out)) return;
  int64_t outer = 1;
  for (int64_t d = 0; d < axis; ++d) outer *= out[d];
  Literal joined;
  for (size_t i = 0; i < c.num_inputs(); ++i) {
    if (c.literal(i) == nullptr || is_float(c.dtype(i)) != is_float(c.dtype(0))) return;
    // An operand that was widened to the asked batch has too few elements.
    for (int64_t d = 0; d < c.rank(i); ++d) {
      if (d != axis && c.dims(i)[d] != out[d]) return;
    }
  }
  const auto append = [&](auto& to, const auto& from, int64_t row) {
    const auto length = static_cast<int64_t>(from.size()) / outer;
    to.insert(to.end(), from.begin() + row * length, from.begin() + (row + 1) * length);
  };
  for (int64_t row = 0; row < outer; ++row) {
    for (size_t i = 0; i < c.num_inputs(); ++i) {
      append(joined.ints, c.literal(i)->ints, row);
      append(joined.reals, c.literal(i)->reals, row);
    }
  }
  c.set_output_literal(0, std::move(joined));
}

/// The pads of each axis, begins first: attribute (opset ≤ 10) or input 1, over all axes or those
/// of input 3.
std::vector<int64_t> read_pads(const InferContext& c) {
  const auto rank = static_cast<size_t>(c.rank(0));
  if (!c.has_input(1)) {
    std::vector<int64_t> pads = c.node().ints_attribute("pads");
    if (pads.size() != 2 * rank) c.fail("pads must have two values per dimension");
    return pads;
  }
  const std::vector<int64_t>& given = c.required_ints(1, "pads");
  std::vector<int64_t> axes;
  if (c.has_input(3)) {
    axes = c.normal_axes(c.required_ints(3, "axes"), c.rank(0));
  } else {
    for (size_t d = 0; d < rank; ++d) axes.push_back(static_cast<int64_t>(d));
  }
  if (given.size() != 2 * axes.size()) c.fail("pads must have two values per padded dimension");
  std::vector<int64_t> pads(2 * rank, 0);
  for (size_t k = 0; k < axes.size(); ++k) {
    pads[axes[k]] = given[k];
    pads[axes[k] + rank] = given[k + axes.size()];
  }
  return pads;
}

}  // namespace

void infer_concat(InferContext& c) {
  const Dims& first = c.dims(0);
  const int64_t axis = c.normal_axis(c.node().int_attribute("axis", 0), c.rank(0));
  std::vector<OperandDim> out(first.size());
  int64_t sum = 0;
  for (size_t i = 0; i < c.num_inputs(); ++i) {
    const OperandDims dims = operand(c, i);
    if (dims.now.size() != first.size()) c.fail("inputs have different ranks");
    for (int64_t d = 0; d < c.rank(0); ++d) {
      const bool same_rank = dims.declared.size() == dims.now.size();
      const OperandDim size = {dims.now[d], same_rank ? dims.declared[d] : dims.now[d],
                               dims.unscaled};
      if (d == axis) {
        sum = saturating_add(sum, size.now);
      } else if (i == 0) {
        out[d] = size;
      } else {
        if (size.declared != out[d].declared) {
          c.fail("inputs differ in dimension " + std::to_string(d) + ", not only in axis " +
                 std::to_string(axis));
        }
        // A constant of the declared batch is taken as repeated; nothing else is.
        if (size.now != out[d].now && !size.unscaled && !out[d].unscaled) {
          c.fail("the batch went different ways through the inputs");
        }
        out[d] = broadcast_dim(c, out[d], size);
      }
    }
  }
  Dims joined;
  for (int64_t d = 0; d < c.rank(0); ++d) joined.push_back(d == axis ? sum : out[d].now);
  c.set_output(0, joined, c.dtype(0));
  set_joined_literal(c, joined, axis);
}

void infer_pad(InferContext& c) {
  const std::vector<int64_t> pads = read_pads(c);
  const Dims& in = c.dims(0);
  Dims out;
  for (size_t d = 0; d < in.size(); ++d) {
    const int64_t size = saturating_add(in[d], saturating_add(pads[d], pads[d + in.size()]));
    if (size < 0) c.fail("the padding cuts more than dimension " + std::to_string(d) + " has");
    out.push_back(size);
  }
  c.set_output(0, out, c.dtype(0));
}

// Inputs: data, shape; attribute axes. Crops or pads each axis around its centre to the asked size.
void infer_center_crop_pad(InferContext& c) {
  const std::vector<int64_t>& shape = c.required_ints(1, "shape");
  std::vector<int64_t> axes = c.node().ints_attribute("axes");
  if (axes.empty()) {
    for (int64_t d = 0; d < c.rank(0); ++d) axes.push_back(d);
  }
  axes = c.normal_axes(axes, c.rank(0));
  if (axes.size() != shape.size()) c.fail("shape must have one value per axis");
  Dims out = c.dims(0);
  for (size_t k = 0; k < axes.size(); ++k) {
    const Dims& declared = c.declared_input_dims(0);
    out[axes[k]] = constant_missed_batch(c, 0, 1)
                       ? follow_size(shape[k], declared[axes[k]], c.dims(0)[axes[k]])
                       : shape[k];
  }
  c.set_output(0, out, c.dtype(0));
}

}  // namespace tacho
