// Convolutions of any number of spatial dimensions, plain, integer and quantised, and transposed
// ones.
#include "graph_ir/infer/arithmetic.h"
#include "graph_ir/infer/rules.h"
#include "graph_ir/infer/window.h"

namespace tacho {
namespace {

/// X: N×C×D₁…, W: M×(C/group)×K₁… (inputs `x` and `w`) → N×M×O₁…
Dims conv_output(const InferContext& c, size_t x, size_t w) {
  const Dims &in = c.dims(x), &weight = c.dims(w);
  if (in.size() < 3) c.fail("the input must have rank 3 or more");
  if (weight.size() != in.size()) c.fail("the weights must have the input's rank");
  const int64_t group = c.node().int_attribute("group", 1);
  if (group < 1 || group > kMaxElements) c.fail("attribute group is " + std::to_string(group));
  if (saturating_mul(weight[1], group) != in[1]) {
    c.fail("the weights are for " + std::to_string(weight[1]) + "x" + std::to_string(group) +
           " channels, the input has " + std::to_string(in[1]));
  }
  if (weight[0] % group != 0) c.fail("output channels are not a multiple of group");
  const Window window =
      read_window(c, c.rank(x) - 2, std::vector<int64_t>(weight.begin() + 2, weight.end()));
  Dims out = {in[0], weight[0]};
  // Kernels computed per sample (conditional convolutions): the batch went into the output channels
  // of the weights, and a runtime sees one image of B times the channels in B times the groups.
  if (weight[0] != c.declared_input_dims(w)[0]) out[0] = c.declared_input_dims(x)[0];
  for (int64_t d = 0; d < c.rank(x) - 2; ++d) {
    out.push_back(window_output(c, window, d, in[d + 2]));
  }
  return out;
}

}  // namespace

void infer_conv(InferContext& c) { c.set_output(0, conv_output(c, 0, 1), c.dtype(0)); }

void infer_conv_integer(InferContext& c) { c.set_output(0, conv_output(c, 0, 1), DType::kInt32); }

// Inputs: x, x_scale, x_zero_point, w, w_scale, w_zero_point, y_scale, y_zero_point.
void infer_qlinear_conv(InferContext& c) { c.set_output(0, conv_output(c, 0, 3), c.dtype(7)); }

// X: N×C×D₁…, W: C×(M/group)×K₁… → N×M×O₁…
void infer_conv_transpose(InferContext& c) {
  const Dims &in = c.dims(0), &weight = c.dims(1);
  if (in.size() < 3) c.fail("the input must have rank 3 or more");
  if (weight.size() != in.size()) c.fail("the weights must have the input's rank");
  const int64_t group = c.node().int_attribute("group", 1);
  if (group < 1 || group > kMaxElements) c.fail("attribute group is " + std::to_string(group));
  if (weight[0] != in[1]) c.fail("the weights are for another number of channels");
  if (in[1] % group != 0) c.fail("input channels are not a multiple of group");
  const int64_t spatial = c.rank(0) - 2;
  const Window w = read_window(c, spatial, std::vector<int64_t>(weight.begin() + 2, weight.end()));
  std::vector<int64_t> extra = c.node().ints_attribute("output_padding");
  if (extra.empty()) extra.assign(spatial, 0);
  // Some exporters give it for all dimensions, N and C included.
  std::vector<int64_t> given = c.node().ints_attribute("output_shape");
  if (static_cast<int64_t>(given.size()) == spatial + 2)
    given.erase(given.begin(), given.begin() + 2);
  if (static_cast<int64_t>(extra.size()) != spatial ||
      (!given.empty() && static_cast<int64_t>(given.size()) != spatial)) {
    c.fail("output_padding or output_shape has another length than there are spatial dimensions");
  }
  Dims out = {in[0], saturating_mul(weight[1], group)};
  for (int64_t d = 0; d < spatial; ++d) {
    if (extra[d] < 0) c.fail("attribute output_padding is negative");
    const int64_t full = saturating_add(saturating_mul(w.strides[d], in[d + 2] - 1),
                                        saturating_add(window_extent(w, d), extra[d]));
    const bool same = w.auto_pad == AutoPad::kSameUpper || w.auto_pad == AutoPad::kSameLower;
    const int64_t size = !given.empty() ? given[d]
                         : same         ? saturating_mul(in[d + 2], w.strides[d])
                                        : full - w.pads[d] - w.pads[d + spatial];
    if (size < 1) c.fail("spatial dimension " + std::to_string(d) + " would have no elements");
    out.push_back(size);
  }
  c.set_output(0, out, c.dtype(0));
}

}  // namespace tacho
