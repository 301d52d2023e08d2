// Convolutions of 1, 2 and 3 spatial dimensions.
#include "backends/libtorch/ops/ops.h"
#include "backends/window.h"

namespace tacho::libtorch {
namespace {

Shape kernel_of(const NodeContext& c) {
  const Shape weight = c.shape(1);
  if (weight.size() < 3) throw Refusal("weights of rank " + std::to_string(weight.size()));
  return Shape(weight.begin() + 2, weight.end());
}

}  // namespace

Step build_conv(const NodeContext& c) {
  const Window w = window_of(c, kernel_of(c));
  const int64_t groups = c.node().int_attribute("group", 1);
  const size_t x = c.in(0), weight = c.in(1), bias = c.in(2), y = c.out();
  const Shape none = w.zeros();
  if (w.symmetric()) {
    return [=](Slots& s) {
      s[y] = at::convolution(s[x], s[weight], s[bias], w.strides, w.begins, w.dilations, false,
                             none, groups);
    };
  }
  const Shape pads = w.pads_last_first();
  return [=](Slots& s) {
    s[y] = at::convolution(at::constant_pad_nd(s[x], pads), s[weight], s[bias], w.strides, none,
                           w.dilations, false, none, groups);
  };
}

Step build_conv_transpose(const NodeContext& c) {
  const Window w = window_of(c, kernel_of(c));
  const int64_t groups = c.node().int_attribute("group", 1);
  const size_t x = c.in(0), weight = c.in(1), bias = c.in(2), y = c.out();
  const Shape out = c.out_shape(), none = w.zeros();
  if (c.node().text_attribute("auto_pad", "NOTSET") != "NOTSET" ||
      c.node().find_attribute("output_shape") != nullptr) {
    throw Refusal("auto_pad and output_shape are not supported");
  }
  Shape extra = c.node().ints_attribute("output_padding");
  extra.resize(w.kernel.size(), 0);
  if (w.symmetric()) {
    return [=](Slots& s) {
      s[y] = at::convolution(s[x], s[weight], s[bias], w.strides, w.begins, w.dilations, true,
                             extra, groups);
    };
  }
  return [=](Slots& s) {
    at::Tensor full = at::convolution(s[x], s[weight], s[bias], w.strides, none, w.dilations, true,
                                      extra, groups);
    for (size_t d = 0; d < w.kernel.size(); ++d) {
      full = full.narrow(static_cast<int64_t>(d) + 2, w.begins[d], out[d + 2]);
    }
    s[y] = full;
  };
}

}  // namespace tacho::libtorch
