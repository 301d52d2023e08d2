// Images at another size: oneDNN's resampling where it places pixels as ONNX does, else loops of
// ours, one per dimension.
#include <algorithm>
#include <cmath>

#include "backends/onednn/ops/ops.h"

namespace tacho::onednn {
namespace {

struct Style {
  std::string mode, place, rounding;
  double cubic = -0.75;

  bool half() const { return place == "half_pixel" || place == "pytorch_half_pixel"; }
};

Style style_of(const NodeContext& c) {
  const Node& node = c.node();
  const bool old = node.op == Op::kUpsample || c.opset() < 11;
  Style style;
  style.mode = node.text_attribute("mode", "nearest");
  if (style.mode == "bilinear") style.mode = "linear";
  style.place =
      node.text_attribute("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel");
  style.rounding = node.text_attribute("nearest_mode", old ? "floor" : "round_prefer_floor");
  style.cubic = node.float_attribute("cubic_coeff_a", -0.75);
  return style;
}

bool grows_by_whole_factors(const Shape& in, const Shape& out) {
  for (size_t d = 2; d < in.size(); ++d) {
    if (out[d] % in[d] != 0) return false;
  }
  return true;
}

// What one element of the output is made of, along one dimension.
struct Taps {
  int64_t from[4];
  float weight[4];
};

double place_of(const Style& style, int64_t at, int64_t in, int64_t out) {
  const auto x = static_cast<double>(at);
  const double ratio = static_cast<double>(in) / static_cast<double>(out);
  if (style.place == "asymmetric") return x * ratio;
  if (style.place == "align_corners") {
    return out == 1 ? 0 : x * static_cast<double>(in - 1) / static_cast<double>(out - 1);
  }
  if (style.place == "pytorch_half_pixel" && out == 1) return 0;
  return (x + 0.5) * ratio - 0.5;
}

double rounded(const std::string& rounding, double x) {
  if (rounding == "floor") return std::floor(x);
  if (rounding == "ceil") return std::ceil(x);
  return rounding == "round_prefer_ceil" ? std::floor(x + 0.5) : std::ceil(x - 0.5);
}

// Keys' kernel.
double cubic_weight(double a, double distance) {
  const double x = std::abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

Taps taps_of(const Style& style, int64_t at, int64_t in, int64_t out) {
  const double x = place_of(style, at, in, out), base = std::floor(x);
  Taps taps{{0, 0, 0, 0}, {0, 0, 0, 0}};
  for (int i = 0; i < 4; ++i) {
    const double from = base + i - 1;
    double weight = 0;
    if (style.mode == "cubic") weight = cubic_weight(style.cubic, x - from);
    if (style.mode == "linear") weight = std::max(0.0, 1 - std::abs(x - from));
    if (style.mode == "nearest") weight = from == rounded(style.rounding, x) ? 1 : 0;
    taps.from[i] = std::clamp<int64_t>(static_cast<int64_t>(from), 0, in - 1);
    taps.weight[i] = static_cast<float>(weight);
  }
  return taps;
}

Tensor resized(Builder& b, const Tensor& x, const Shape& in, size_t d, int64_t size,
               const Style& style) {
  Shape out = in;
  out[d] = size;
  const Tensor y = b.program().make(plain(out, Type::f32), x.known());
  std::vector<Taps> taps;
  for (int64_t i = 0; i < size; ++i) taps.push_back(taps_of(style, i, in[d], size));
  const int64_t inner = row_major_strides(in)[d], outer = elements_of(in) / (inner * in[d]);
  const int64_t rows = in[d];
  b.program().add_loop("Resize", {x, y}, [=] {
    float* to = y.at<float>();
    for (int64_t o = 0; o < outer; ++o) {
      const float* from = x.at<float>() + o * rows * inner;
      for (const Taps& tap : taps) {
        const float* row[4];
        for (int k = 0; k < 4; ++k) row[k] = from + tap.from[k] * inner;
        for (int64_t i = 0; i < inner; ++i) {
          *to++ = tap.weight[0] * row[0][i] + tap.weight[1] * row[1][i] +
                  tap.weight[2] * row[2][i] + tap.weight[3] * row[3][i];
        }
      }
    }
  });
  return y;
}

}  // namespace

void build_resize(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const Shape in = c.shape(0), out = c.out_shape();
  if (in == out) return build_reshape(b, group);
  if (in.size() < 3 || in.size() > 5 || in[0] != out[0] || in[1] != out[1]) {
    throw Refusal("resizes more than spatial dimensions");
  }
  const Style style = style_of(c);
  const bool known_place =
      style.half() || style.place == "asymmetric" || style.place == "align_corners";
  const bool known_mode =
      style.mode == "nearest" || style.mode == "linear" || style.mode == "cubic";
  if (c.node().int_attribute("antialias", 0) != 0) throw Refusal("antialias");
  if (c.node().int_attribute("exclude_outside", 0) != 0) throw Refusal("exclude_outside");
  if (!known_place || !known_mode) throw Refusal("mode " + style.mode + " with " + style.place);

  const bool nearest = style.mode == "nearest" && grows_by_whole_factors(in, out) &&
                       ((style.place == "asymmetric" && style.rounding == "floor") ||
                        (style.half() && style.rounding.rfind("round", 0) == 0));
  const bool one_pixel =
      style.place == "pytorch_half_pixel" && std::find(out.begin() + 2, out.end(), 1) != out.end();
  const bool linear = style.mode == "linear" && style.half() && !one_pixel;
  if (!nearest && !linear) {
    Tensor x = b.in_f32(c.value(0));
    Shape shape = in;
    for (size_t d = 2; d < in.size(); ++d) {
      if (in[d] == out[d]) continue;
      x = resized(b, x, shape, d, out[d], style);
      shape[d] = out[d];
    }
    return b.put(group.result, x);
  }
  const Tensor src = b.in(c.value(0));
  const dnnl::resampling_forward::primitive_desc pd(
      dnnl::resampling_forward::desc(
          dnnl::prop_kind::forward_inference,
          nearest ? dnnl::algorithm::resampling_nearest : dnnl::algorithm::resampling_linear,
          src.layout(), any(out, b.real())),
      b.program().engine());
  const Tensor dst = b.program().make(pd.dst_desc(), src.known());
  b.program().add<dnnl::resampling_forward>(pd, {{DNNL_ARG_SRC, src}, {DNNL_ARG_DST, dst}});
  b.put(group.result, dst);
}

}  // namespace tacho::onednn
