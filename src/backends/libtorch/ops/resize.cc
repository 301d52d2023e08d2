// Images at another size, as far as ATen has ONNX's ways of placing pixels.
#include "backends/libtorch/ops/ops.h"

namespace tacho::libtorch {
namespace {

using at::Tensor;

Tensor nearest(const Tensor& x, const Shape& size, bool exact) {
  switch (size.size()) {
    case 1:
      return exact ? at::_upsample_nearest_exact1d(x, size) : at::upsample_nearest1d(x, size);
    case 2:
      return exact ? at::_upsample_nearest_exact2d(x, size) : at::upsample_nearest2d(x, size);
    default:
      return exact ? at::_upsample_nearest_exact3d(x, size) : at::upsample_nearest3d(x, size);
  }
}

Tensor linear(const Tensor& x, const Shape& size, bool align_corners) {
  switch (size.size()) {
    case 1:
      return at::upsample_linear1d(x, size, align_corners);
    case 2:
      return at::upsample_bilinear2d(x, size, align_corners);
    default:
      return at::upsample_trilinear3d(x, size, align_corners);
  }
}

bool grows_by_whole_factors(const Shape& in, const Shape& out) {
  for (size_t d = 2; d < in.size(); ++d) {
    if (in[d] == 0 || out[d] % in[d] != 0) return false;
  }
  return true;
}

}  // namespace

Step build_resize(const NodeContext& c) {
  const Node& node = c.node();
  const Shape in = c.shape(0), out = c.out_shape();
  if (in == out) return unary(c, [](const Tensor& x) { return x; });
  if (in.size() < 3 || in.size() > 5 || in[0] != out[0] || in[1] != out[1]) {
    throw Refusal("resizes more than spatial dimensions");
  }
  if (node.int_attribute("antialias", 0) != 0) throw Refusal("antialias");
  const bool old = node.op == Op::kUpsample || c.opset() < 11;
  const std::string mode(node.text_attribute("mode", "nearest"));
  const std::string place(
      node.text_attribute("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel"));
  const std::string rounding(
      node.text_attribute("nearest_mode", old ? "floor" : "round_prefer_floor"));
  const Shape size(out.begin() + 2, out.end());
  const bool half = place == "half_pixel" || place == "pytorch_half_pixel";
  const bool corners = place == "align_corners";
  if (mode == "nearest") {
    const bool same_as_floor =
        half && rounding == "round_prefer_floor" && grows_by_whole_factors(in, out);
    if ((place == "asymmetric" && rounding == "floor") || same_as_floor) {
      return unary(c, [=](const Tensor& x) { return nearest(x, size, false); });
    }
    if (half && rounding.rfind("round", 0) == 0) {
      return unary(c, [=](const Tensor& x) { return nearest(x, size, true); });
    }
  } else if ((mode == "linear" || mode == "bilinear") && (half || corners)) {
    return unary(c, [=](const Tensor& x) { return linear(x, size, corners); });
  } else if (mode == "cubic" && size.size() == 2 && (half || corners) &&
             node.float_attribute("cubic_coeff_a", -0.75) == -0.75) {
    return unary(c, [=](const Tensor& x) { return at::upsample_bicubic2d(x, size, corners); });
  }
  throw Refusal("mode " + mode + " with " + place +
                (mode == "nearest" ? " and " + rounding : std::string()));
}

Step build_grid_sample(const NodeContext& c) {
  const std::string mode(c.node().text_attribute("mode", "bilinear"));
  const std::string padding(c.node().text_attribute("padding_mode", "zeros"));
  const bool corners = c.node().int_attribute("align_corners", 0) != 0;
  const int64_t how = mode == "nearest" ? 1 : mode == "bicubic" || mode == "cubic" ? 2 : 0;
  const int64_t pad = padding == "border" ? 1 : padding == "reflection" ? 2 : 0;
  return binary(c, [=](const Tensor& x, const Tensor& grid) {
    return at::grid_sampler(x, grid, how, pad, corners);
  });
}

}  // namespace tacho::libtorch
