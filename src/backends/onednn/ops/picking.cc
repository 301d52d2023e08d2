#include "backends/onednn/ops/picking.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace tacho::onednn {
namespace {

// Places that follow each other are copied at once.
struct Run {
  int64_t to, from, count;
};

std::vector<Run> runs_of(const std::vector<int64_t>& places) {
  std::vector<Run> runs;
  for (size_t i = 0; i < places.size(); ++i) {
    const auto at = static_cast<int64_t>(i);
    const bool goes_on = !runs.empty() && places[i] >= 0 && runs.back().from >= 0 &&
                         runs.back().from + runs.back().count == places[i];
    const bool constant_goes_on = !runs.empty() && places[i] < 0 && runs.back().from < 0;
    if (goes_on || constant_goes_on) {
      ++runs.back().count;
    } else {
      runs.push_back({at, places[i], 1});
    }
  }
  return runs;
}

template <typename T>
void copy_runs(const std::vector<Run>& runs, const T* from, T* to, T constant) {
  for (const Run& run : runs) {
    if (run.from < 0) {
      std::fill_n(to + run.to, run.count, constant);
    } else {
      std::copy_n(from + run.from, run.count, to + run.to);
    }
  }
}

uint16_t bfloat_bits(float x) {
  uint32_t bits = 0;
  std::memcpy(&bits, &x, sizeof bits);
  return static_cast<uint16_t>(bits >> 16);
}

int64_t reflected(int64_t at, int64_t size) {
  const int64_t period = std::max<int64_t>(1, 2 * (size - 1));
  at = (at % period + period) % period;
  return at < size ? at : period - at;
}

}  // namespace

std::vector<int64_t> places_of(const Shape& out, const Source& source) {
  std::vector<int64_t> places;
  places.reserve(static_cast<size_t>(elements_of(out)));
  Shape index(out.size(), 0);
  for (;;) {
    places.push_back(source(index));
    size_t d = out.size();
    while (d > 0 && ++index[d - 1] == out[d - 1]) index[--d] = 0;
    if (d == 0) return places;
  }
}

int64_t broadcast_place(const Shape& in, const Shape& index) {
  int64_t place = 0;
  const size_t lead = index.size() - in.size();
  for (size_t d = 0; d < in.size(); ++d) {
    place = place * in[d] + (in[d] == 1 ? 0 : index[d + lead]);
  }
  return place;
}

int32_t saturated_int32(double x) {
  using Limits = std::numeric_limits<int32_t>;
  if (std::isnan(x)) return 0;
  return static_cast<int32_t>(
      std::clamp(x, static_cast<double>(Limits::min()), static_cast<double>(Limits::max())));
}

void pick(Builder& b, const Group& group, const Source& source, double constant) {
  const Tensor x = b.in_plain(NodeContext(b.graph(), group.root).value(0));
  const Tensor y = b.make_plain(group.result, x.known());
  if (y.type() != x.type()) throw Refusal("another type than its input's");
  if (!b.dry()) {
    const std::vector<Run> runs = runs_of(places_of(b.dims(group.result), source));
    const auto real = static_cast<float>(constant);
    b.program().add_loop("pick", {x, y}, [=] {
      switch (y.type()) {
        case Type::f32:
          return copy_runs(runs, x.at<float>(), y.at<float>(), real);
        case Type::bf16:
          return copy_runs(runs, x.at<uint16_t>(), y.at<uint16_t>(), bfloat_bits(real));
        default:
          return copy_runs(runs, x.at<int32_t>(), y.at<int32_t>(), saturated_int32(constant));
      }
    });
  }
  b.put(group.result, y);
}

void build_expand(Builder& b, const Group& group) {
  const Shape in = NodeContext(b.graph(), group.root).shape(0);
  pick(b, group, [in](const Shape& index) { return broadcast_place(in, index); });
}

void build_tile(Builder& b, const Group& group) {
  const Shape in = NodeContext(b.graph(), group.root).shape(0);
  pick(b, group, [in](const Shape& index) {
    int64_t place = 0;
    for (size_t d = 0; d < in.size(); ++d) place = place * in[d] + index[d] % in[d];
    return place;
  });
}

void build_pad(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const Shape pads = c.list("pads", 1), in = c.shape(0);
  Shape axes, begins(in.size(), 0);
  if (c.has_input(3)) axes = c.list("axes", 3);
  for (size_t i = axes.size(); i < pads.size() / 2; ++i) axes.push_back(static_cast<int64_t>(i));
  for (size_t i = 0; i < axes.size(); ++i) {
    begins.at(static_cast<size_t>(c.axis(axes[i], c.rank()))) = pads.at(i);
  }
  const std::string mode(c.node().text_attribute("mode", "constant"));
  if (mode != "constant" && mode != "reflect" && mode != "edge" && mode != "wrap") {
    throw Refusal("mode " + mode);
  }
  if (c.has_input(2) && !c.scalar(2)) throw Refusal("its value is computed");
  const double value = c.has_input(2) ? *c.scalar(2) : c.node().float_attribute("value", 0);
  const auto source = [=](const Shape& index) -> int64_t {
    int64_t place = 0;
    for (size_t d = 0; d < in.size(); ++d) {
      int64_t at = index[d] - begins[d];
      if (mode == "constant" && (at < 0 || at >= in[d])) return -1;
      if (mode == "reflect") at = reflected(at, in[d]);
      if (mode == "edge") at = std::clamp<int64_t>(at, 0, in[d] - 1);
      if (mode == "wrap") at = (at % in[d] + in[d]) % in[d];
      place = place * in[d] + at;
    }
    return place;
  };
  pick(b, group, source, value);
}

void build_trilu(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const std::optional<double> diagonal = c.scalar(1);
  if (c.has_input(1) && !diagonal) throw Refusal("its diagonal is computed");
  const auto k = static_cast<int64_t>(diagonal.value_or(0));
  const bool upper = c.node().int_attribute("upper", 1) != 0;
  const Shape in = c.shape(0);
  pick(b, group, [=](const Shape& index) -> int64_t {
    const int64_t above = index[in.size() - 1] - index[in.size() - 2];
    return (upper ? above >= k : above <= k) ? broadcast_place(in, index) : -1;
  });
}

void build_gather(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const Shape in = c.shape(0);
  const auto axis = static_cast<size_t>(c.axis(c.node().int_attribute("axis", 0), c.rank()));
  const size_t picked = c.shape(1).size();
  const int64_t size = in.at(axis);
  const int64_t inner =
      elements_of(Shape(in.begin() + static_cast<std::ptrdiff_t>(axis) + 1, in.end()));
  const Tensor indices = b.in_ints(c.value(1));
  const auto counted = [size](int64_t i) { return i < 0 ? i + size : i; };
  if (indices.known()) {
    if (b.dry()) return pick(b, group, [](const Shape&) { return 0; });
    const Shape shape = c.shape(1);
    const auto* at = indices.at<int32_t>();
    const int64_t count = elements_of(shape);
    if (!std::all_of(at, at + count, [&](int64_t i) { return -size <= i && i < size; })) {
      throw Refusal("an index outside the dimension");
    }
    return pick(b, group, [=](const Shape& index) {
      int64_t place = 0, which = 0;
      for (size_t d = 0; d < axis; ++d) place = place * in[d] + index[d];
      for (size_t d = 0; d < picked; ++d) which = which * shape[d] + index[axis + d];
      place = place * size + counted(at[which]);
      for (size_t d = axis + 1; d < in.size(); ++d) place = place * in[d] + index[d - 1 + picked];
      return place;
    });
  }
  // Rows of an embedding, looked up while the program runs.
  const Tensor x = b.in_plain(c.value(0));
  const Tensor y = b.make_plain(group.result, false);
  const int64_t outer = elements_of(in) / (inner * size), count = elements_of(c.shape(1));
  const auto row = static_cast<size_t>(inner) * dnnl::memory::data_type_size(x.type());
  b.program().add_loop("gather", {x, indices, y}, [=] {
    for (int64_t o = 0; o < outer; ++o) {
      for (int64_t i = 0; i < count; ++i) {
        const int64_t from = std::clamp<int64_t>(counted(indices.at<int32_t>()[i]), 0, size - 1);
        std::memcpy(y.at<char>() + static_cast<size_t>(o * count + i) * row,
                    x.at<char>() + static_cast<size_t>(o * size + from) * row, row);
      }
    }
  });
  b.put(group.result, y);
}

}  // namespace tacho::onednn
