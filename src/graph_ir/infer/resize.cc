// Resize, Upsample, GridSample, Col2Im.
#include <algorithm>
#include <cmath>

#include "graph_ir/infer/arithmetic.h"
#include "graph_ir/infer/batch.h"
#include "graph_ir/infer/rules.h"

namespace tacho {
namespace {

/// The dimensions that scales, sizes and roi speak of: attribute axes (opset 18), else all.
std::vector<int64_t> resized_axes(const InferContext& c) {
  std::vector<int64_t> axes = c.node().ints_attribute("axes");
  if (axes.empty()) {
    for (int64_t d = 0; d < c.rank(0); ++d) axes.push_back(d);
  }
  return c.normal_axes(axes, c.rank(0));
}

void check_length(const InferContext& c, size_t length, size_t axes, const char* what) {
  if (length != axes) {
    c.fail(std::string(what) + " have " + std::to_string(length) + " values for " +
           std::to_string(axes) + " dimensions");
  }
}

/// ⌊size · scale⌋ in single precision, as ONNX Runtime computes it.
int64_t scaled_size(const InferContext& c, int64_t size, double scale) {
  const float out = static_cast<float>(size) * static_cast<float>(scale);
  if (!(scale > 0) || !(out < 9e18F)) c.fail("a scale of " + std::to_string(scale));
  return static_cast<int64_t>(std::floor(out));
}

Dims scale_dims(const InferContext& c, const std::vector<int64_t>& axes,
                const std::vector<double>& scales) {
  check_length(c, scales.size(), axes.size(), "scales");
  // With tf_crop_and_resize a region of interest, given in shares of the input, is what gets
  // scaled.
  const bool crop =
      c.node().text_attribute("coordinate_transformation_mode", "") == "tf_crop_and_resize";
  const std::vector<double>* roi = crop ? c.reals(1) : nullptr;
  if (roi != nullptr && roi->size() != 2 * axes.size()) roi = nullptr;
  Dims out = c.dims(0);
  for (size_t k = 0; k < axes.size(); ++k) {
    const double share = roi != nullptr ? (*roi)[k + axes.size()] - (*roi)[k] : 1.0;
    out[axes[k]] = scaled_size(c, out[axes[k]], scales[k] * share);
  }
  return out;
}

Dims size_dims(const InferContext& c, const std::vector<int64_t>& axes, size_t sizes_input) {
  const std::vector<int64_t>& sizes = c.required_ints(sizes_input, "sizes");
  check_length(c, sizes.size(), axes.size(), "sizes");
  const bool follows = constant_missed_batch(c, 0, sizes_input);
  const std::string_view policy = c.node().text_attribute("keep_aspect_ratio_policy", "stretch");
  const Dims &in = c.dims(0), &declared = c.declared_input_dims(0);
  Dims out = in;
  double common = policy == "not_smaller" ? 0 : HUGE_VAL;
  for (size_t k = 0; k < axes.size(); ++k) {
    const int64_t d = axes[k];
    if (sizes[k] < 1) c.fail("sizes contain " + std::to_string(sizes[k]));
    out[d] = follows ? follow_size(sizes[k], declared[d], in[d]) : sizes[k];
    if (in[d] == 0) c.fail("dimension " + std::to_string(d) + " is empty");
    const double ratio = static_cast<double>(sizes[k]) / static_cast<double>(in[d]);
    common = policy == "not_smaller" ? std::max(common, ratio) : std::min(common, ratio);
  }
  if (policy != "not_larger" && policy != "not_smaller") return out;
  for (const int64_t d : axes) {  // one ratio for all, rounded half up
    const double size = std::floor(common * static_cast<double>(in[d]) + 0.5);
    if (!(size < 9e18)) c.fail("sizes are too large");
    out[d] = static_cast<int64_t>(size);
  }
  return out;
}

const std::vector<double>& required_scales(const InferContext& c, size_t i) {
  const std::vector<double>* scales = c.reals(i);
  if (scales == nullptr)
    c.fail("scales (input " + std::to_string(i) + ") must be known before the graph runs");
  return *scales;
}

/// PyTorch passes an empty tensor for what it does not give.
bool given(const InferContext& c, size_t i) { return c.has_input(i) && c.elements(i) > 0; }

}  // namespace

// Inputs: X, scales (opset 10), or X, roi, scales, sizes (opset ≥ 11; one of the last two).
void infer_resize(InferContext& c) {
  const std::vector<int64_t> axes = resized_axes(c);
  Dims out;
  if (given(c, 3)) {
    out = size_dims(c, axes, 3);
  } else if (given(c, 2) || (c.opset() < 11 && given(c, 1))) {
    const size_t i = c.opset() < 11 ? 1 : 2;
    out = scale_dims(c, axes, required_scales(c, i));
  } else {
    c.fail("neither scales nor sizes are given");
  }
  c.set_output(0, out, c.dtype(0));
}

// Scales as an attribute (opset 7) or as input 1 (opset 9).
void infer_upsample(InferContext& c) {
  const Attribute* attribute = c.node().find_attribute("scales");
  const std::vector<double>& scales =
      attribute != nullptr ? attribute->floats : required_scales(c, 1);
  c.set_output(0, scale_dims(c, resized_axes(c), scales), c.dtype(0));
}

// Inputs: X (N×C×D₁…), grid (N×O₁…×spatial).
void infer_grid_sample(InferContext& c) {
  const Dims &in = c.dims(0), &grid = c.dims(1);
  if (in.size() < 3 || grid.size() != in.size()) c.fail("X and grid must have one rank, 3 or more");
  Dims out = {in[0], in[1]};
  out.insert(out.end(), grid.begin() + 1, grid.end() - 1);
  c.set_output(0, out, c.dtype(0));
}

// Inputs: columns (N×(C·block)×L), image_shape, block_shape.
void infer_col2im(InferContext& c) {
  const std::vector<int64_t>& image = c.required_ints(1, "image_shape");
  const std::vector<int64_t>& block = c.required_ints(2, "block_shape");
  if (c.rank(0) != 3 || image.size() > kMaxRank) c.fail("the columns must have rank 3");
  const std::optional<int64_t> size = checked_elements(Dims(block.begin(), block.end()));
  if (!size || *size < 1 || c.dims(0)[1] % *size != 0) {
    c.fail("the columns are not a multiple of the block");
  }
  Dims out = {c.dims(0)[0], c.dims(0)[1] / *size};
  out.insert(out.end(), image.begin(), image.end());
  c.set_output(0, out, c.dtype(0));
}

}  // namespace tacho
