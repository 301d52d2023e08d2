// Parts of tensors put together and taken apart.
#include <algorithm>
#include <limits>

#include "backends/libtorch/ops/ops.h"

namespace tacho::libtorch {
namespace {

using at::Tensor;

struct Cut {
  int64_t axis = 0, start = 0, end = 0, step = 1;
};

}  // namespace

Step build_concat(const NodeContext& c) {
  const int64_t axis = c.axis(c.node().int_attribute("axis", 0), c.rank());
  std::vector<size_t> inputs;
  for (size_t i = 0; i < c.num_inputs(); ++i) inputs.push_back(c.in(i));
  const size_t y = c.out();
  return [=](Slots& s) {
    std::vector<Tensor> parts;
    parts.reserve(inputs.size());
    for (const size_t i : inputs) parts.push_back(s[i]);
    s[y] = at::cat(parts, axis);
  };
}

Step build_split(const NodeContext& c) {
  const int64_t rank = c.rank();
  int64_t axis = c.axis(c.node().int_attribute("axis", 0), rank);
  if (axis == rank) axis = rank - 1;  // an exporter's slip, which shape inference mends too
  Shape sizes;
  std::vector<size_t> outputs;
  for (size_t i = 0; i < c.node().outputs.size(); ++i) {
    if (c.node().outputs[i] == kNoValue) throw Refusal("an output without a name");
    outputs.push_back(c.out(i));
    sizes.push_back(c.out_shape(i).at(static_cast<size_t>(axis)));
  }
  const size_t x = c.in(0);
  return [=](Slots& s) {
    std::vector<Tensor> parts = at::split_with_sizes(s[x], sizes, axis);
    for (size_t i = 0; i < outputs.size(); ++i) s[outputs[i]] = std::move(parts[i]);
  };
}

Step build_slice(const NodeContext& c) {
  const Shape starts = c.list("starts", 1), ends = c.list("ends", 2), x = c.shape(0);
  Shape axes = c.list("axes", 3), steps = c.has_input(4) ? c.list("steps", 4) : Shape();
  for (size_t i = axes.size(); i < starts.size(); ++i) axes.push_back(static_cast<int64_t>(i));
  steps.resize(starts.size(), 1);
  std::vector<Cut> cuts;
  for (size_t i = 0; i < starts.size(); ++i) {
    Cut cut{c.axis(axes[i], c.rank()), starts[i], ends.at(i), steps[i]};
    const int64_t size = x.at(static_cast<size_t>(cut.axis));
    if (cut.step == 1 && cut.start == 0 && cut.end >= size) continue;
    if (cut.step < 0) {  // what it reads, turned round: ATen has no negative steps
      const auto clamp = [&](int64_t at) {
        return std::clamp<int64_t>(at < 0 && at > -size - 1 ? at + size : at, -1, size - 1);
      };
      const int64_t first = clamp(cut.start);
      const int64_t count = c.out_shape()[static_cast<size_t>(cut.axis)];
      const int64_t last = first + (count - 1) * cut.step;
      cut.start = count == 0 ? 0 : last;
      cut.end = count == 0 ? 0 : first + 1;
    }
    cuts.push_back(cut);
  }
  return unary(c, [=](const Tensor& whole) {
    Tensor part = whole;
    for (const Cut& cut : cuts) {
      part = at::slice(part, cut.axis, cut.start, cut.end, std::abs(cut.step));
      if (cut.step < 0) part = part.flip({cut.axis});
    }
    return part;
  });
}

Step build_pad(const NodeContext& c) {
  const Shape pads = c.list("pads", 1);
  const auto rank = static_cast<size_t>(c.rank());
  Shape axes;
  if (c.has_input(3)) axes = c.list("axes", 3);
  for (size_t i = axes.size(); i < pads.size() / 2; ++i) axes.push_back(static_cast<int64_t>(i));
  Shape torch(2 * rank, 0);  // the last dimension first
  for (size_t i = 0; i < axes.size(); ++i) {
    const auto from_end = rank - 1 - static_cast<size_t>(c.axis(axes[i], c.rank()));
    torch[2 * from_end] = pads.at(i);
    torch[2 * from_end + 1] = pads.at(i + axes.size());
  }
  while (torch.size() >= 2 && torch[torch.size() - 1] == 0 && torch[torch.size() - 2] == 0) {
    torch.resize(torch.size() - 2);
  }
  if (torch.empty()) return unary(c, [](const Tensor& x) { return x; });
  const std::string mode(c.node().text_attribute("mode", "constant"));
  if (mode == "constant") {
    if (c.has_input(2) && !c.scalar(2)) throw Refusal("its value is computed");
    const double value = c.has_input(2) ? *c.scalar(2) : c.node().float_attribute("value", 0);
    return unary(c, [=](const Tensor& x) { return at::constant_pad_nd(x, torch, value); });
  }
  if (mode != "reflect" && mode != "edge" && mode != "wrap") throw Refusal("mode " + mode);
  const std::string name = mode == "edge" ? "replicate" : mode == "wrap" ? "circular" : mode;
  if (torch.size() / 2 + 2 > rank && torch.size() / 2 + 1 != rank) {
    throw Refusal("mode " + mode + " over the first dimensions");
  }
  return unary(c, [=](const Tensor& x) { return at::pad(x, torch, name); });
}

}  // namespace tacho::libtorch
