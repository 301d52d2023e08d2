// Poolings of 1, 2 and 3 spatial dimensions. What ATen's own padding cannot express (more at one
// end, more than half a window, a last window that ceil_mode adds) becomes an explicit padding.
#include <limits>

#include "backends/libtorch/ops/ops.h"
#include "backends/window.h"

namespace tacho::libtorch {
namespace {

using at::Tensor;

Tensor max_pool(const Tensor& x, const Window& w, const Shape& padding) {
  switch (w.kernel.size()) {
    case 1:
      return at::max_pool1d(x, w.kernel, w.strides, padding, w.dilations, false);
    case 2:
      return at::max_pool2d(x, w.kernel, w.strides, padding, w.dilations, false);
    default:
      return at::max_pool3d(x, w.kernel, w.strides, padding, w.dilations, false);
  }
}

Tensor average_pool(const Tensor& x, const Window& w, const Shape& padding, bool count_pads) {
  switch (w.kernel.size()) {
    case 1:
      return at::avg_pool1d(x, w.kernel, w.strides, padding, false, count_pads);
    case 2:
      return at::avg_pool2d(x, w.kernel, w.strides, padding, false, count_pads);
    default:
      return at::avg_pool3d(x, w.kernel, w.strides, padding, false, count_pads);
  }
}

Window pool_window(const NodeContext& c) {
  Window w = window_of(c, {});
  if (w.kernel.empty() || w.kernel.size() > 3) throw Refusal("windows of this rank");
  return w;
}

bool fits_aten(const Window& w) {
  for (size_t d = 0; d < w.kernel.size(); ++d) {
    if (2 * w.begins[d] > w.kernel[d]) return false;
  }
  return w.symmetric();
}

}  // namespace

Step build_max_pool(const NodeContext& c) {
  if (c.has_output(1)) throw Refusal("its indices are read");
  Window w = pool_window(c);
  extend_to_output(c, w);
  if (fits_aten(w)) return unary(c, [=](const Tensor& x) { return max_pool(x, w, w.begins); });
  const Shape pads = w.pads_last_first(), none = w.zeros();
  constexpr double kLowest = -std::numeric_limits<double>::infinity();
  return unary(
      c, [=](const Tensor& x) { return max_pool(at::constant_pad_nd(x, pads, kLowest), w, none); });
}

Step build_average_pool(const NodeContext& c) {
  const bool count_pads = c.node().int_attribute("count_include_pad", 0) != 0;
  Window w = pool_window(c);
  for (const int64_t d : w.dilations) {
    if (d != 1) throw Refusal("dilations are not supported");
  }
  const Window declared = w;
  extend_to_output(c, w);
  if (fits_aten(w) && (!count_pads || w.ends == declared.ends)) {
    return unary(c, [=](const Tensor& x) { return average_pool(x, w, w.begins, count_pads); });
  }
  // The share of each window that counts: elements of the input and, if padding counts, the padding
  // that the node declares, but not what ceil_mode adds.
  const Shape in = c.shape(0), pads = w.pads_last_first(), none = w.zeros();
  Shape spatial(in.begin() + 2, in.end());
  spatial.insert(spatial.begin(), {1, 1});
  Tensor counts = at::ones(spatial);
  if (count_pads) counts = at::constant_pad_nd(counts, declared.pads_last_first(), 1);
  Shape rest;
  for (size_t d = w.kernel.size(); d-- > 0;) {
    rest.push_back(count_pads ? 0 : w.begins[d]);
    rest.push_back(count_pads ? w.ends[d] - declared.ends[d] : w.ends[d]);
  }
  const Tensor share = average_pool(at::constant_pad_nd(counts, rest, 0), w, none, true);
  return unary(c, [=](const Tensor& x) {
    return average_pool(at::constant_pad_nd(x, pads), w, none, true).div_(share);
  });
}

Step build_global_pool(const NodeContext& c) {
  Shape axes;
  for (int64_t d = 2; d < c.rank(); ++d) axes.push_back(d);
  if (c.node().op == Op::kGlobalMaxPool) {
    return unary(c, [=](const Tensor& x) { return at::amax(x, axes, true); });
  }
  return unary(c, [=](const Tensor& x) { return at::mean(x, axes, true); });
}

}  // namespace tacho::libtorch
