#include "graph_ir/infer/window.h"

#include <algorithm>
#include <string>

#include "graph_ir/infer/arithmetic.h"

namespace tacho {
namespace {

// No real kernel, stride or padding comes near it; sums and products of a few stay within int64.
constexpr int64_t kMaxExtent = int64_t{1} << 30;

std::vector<int64_t> read_list(const InferContext& c, const char* name, size_t size, int64_t least,
                               int64_t absent) {
  std::vector<int64_t> list = c.node().ints_attribute(name);
  if (list.empty()) list.assign(size, absent);
  if (list.size() != size) {
    c.fail(std::string("attribute ") + name + " has " + std::to_string(list.size()) +
           " values instead of " + std::to_string(size));
  }
  for (const int64_t v : list) {
    if (v < least || v > kMaxExtent) {
      c.fail(std::string("attribute ") + name + " contains " + std::to_string(v));
    }
  }
  return list;
}

AutoPad read_auto_pad(const InferContext& c) {
  const std::string_view text = c.node().text_attribute("auto_pad", "NOTSET");
  if (text == "NOTSET" || text.empty()) return AutoPad::kNotSet;
  if (text == "SAME_UPPER") return AutoPad::kSameUpper;
  if (text == "SAME_LOWER") return AutoPad::kSameLower;
  if (text == "VALID") return AutoPad::kValid;
  c.fail("attribute auto_pad is '" + std::string(text.substr(0, 32)) + "'");
}

}  // namespace

Window read_window(const InferContext& c, int64_t spatial, std::vector<int64_t> weight_kernel) {
  const auto n = static_cast<size_t>(spatial);
  Window w;
  w.kernel = read_list(c, "kernel_shape", n, 0, 0);
  if (!weight_kernel.empty() || n == 0) {
    const bool given = w.kernel != std::vector<int64_t>(n, 0);
    if (given && w.kernel != weight_kernel) c.fail("kernel_shape is not that of the weights");
    w.kernel = std::move(weight_kernel);
  }
  for (const int64_t k : w.kernel) {
    if (k < 1 || k > kMaxExtent) c.fail("a kernel of size " + std::to_string(k));
  }
  w.strides = read_list(c, "strides", n, 1, 1);
  w.dilations = read_list(c, "dilations", n, 1, 1);
  w.pads = read_list(c, "pads", 2 * n, 0, 0);
  w.auto_pad = read_auto_pad(c);
  if (w.auto_pad == AutoPad::kValid) w.pads.assign(2 * n, 0);
  w.ceil_mode = c.node().int_attribute("ceil_mode", 0) != 0;
  return w;
}

int64_t window_extent(const Window& window, int64_t d) {
  return (window.kernel[d] - 1) * window.dilations[d] + 1;
}

int64_t window_output(const InferContext& c, const Window& window, int64_t d, int64_t in) {
  const int64_t stride = window.strides[d];
  if (window.auto_pad == AutoPad::kSameUpper || window.auto_pad == AutoPad::kSameLower) {
    return ceil_div(in, stride);
  }
  const auto spatial = static_cast<int64_t>(window.kernel.size());
  const int64_t begin = window.pads[d];
  const int64_t room = in + begin + window.pads[d + spatial] - window_extent(window, d);
  if (room < 0) {
    c.fail("the window of " + std::to_string(window_extent(window, d)) +
           " is larger than spatial dimension " + std::to_string(d) + " with its padding");
  }
  if (!window.ceil_mode) return room / stride + 1;
  const int64_t out = ceil_div(room, stride) + 1;
  return (out - 1) * stride >= in + begin ? out - 1 : out;
}

}  // namespace tacho
