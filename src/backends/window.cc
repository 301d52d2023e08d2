#include "backends/window.h"

#include <algorithm>

namespace tacho::backends {
namespace {

// What `in` lacks for `out` windows.
int64_t missing(const Window& w, size_t d, int64_t in, int64_t out) {
  const int64_t extent = (w.kernel[d] - 1) * w.dilations[d] + 1;
  return std::max<int64_t>(0, (out - 1) * w.strides[d] + extent - in);
}

}  // namespace

Shape Window::pads_last_first() const {
  Shape pads;
  for (size_t d = kernel.size(); d-- > 0;) {
    pads.push_back(begins[d]);
    pads.push_back(ends[d]);
  }
  return pads;
}

Window window_of(const NodeContext& c, Shape kernel) {
  const Node& node = c.node();
  Window w;
  w.kernel = kernel.empty() ? node.ints_attribute("kernel_shape") : std::move(kernel);
  const size_t n = w.kernel.size();
  w.strides = node.ints_attribute("strides");
  w.dilations = node.ints_attribute("dilations");
  Shape pads = node.ints_attribute("pads");
  w.strides.resize(n, 1);
  w.dilations.resize(n, 1);
  pads.resize(2 * n, 0);
  w.begins.assign(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(n));
  w.ends.assign(pads.begin() + static_cast<std::ptrdiff_t>(n), pads.end());
  const std::string_view auto_pad = node.text_attribute("auto_pad", "NOTSET");
  if (auto_pad == "NOTSET" || auto_pad.empty()) return w;
  const Shape in = c.shape(0), out = c.out_shape();
  for (size_t d = 0; d < n; ++d) {
    const int64_t total = auto_pad == "VALID" ? 0 : missing(w, d, in[d + 2], out[d + 2]);
    const int64_t small = total / 2, large = total - small;
    w.begins[d] = auto_pad == "SAME_LOWER" ? large : small;
    w.ends[d] = total - w.begins[d];
  }
  return w;
}

void extend_to_output(const NodeContext& c, Window& w) {
  const Shape in = c.shape(0), out = c.out_shape();
  for (size_t d = 0; d < w.kernel.size(); ++d) {
    w.ends[d] = std::max(w.ends[d], missing(w, d, in[d + 2] + w.begins[d], out[d + 2]));
  }
}

}  // namespace tacho::backends
