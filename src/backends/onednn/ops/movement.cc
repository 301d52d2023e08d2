// The same elements in other places, as far as oneDNN's reorder and concat go: a transposition or
// a slice is a reorder from a tensor seen with other strides.
#include <algorithm>

#include "backends/onednn/ops/ops.h"
#include "backends/onednn/ops/picking.h"

namespace tacho::onednn {
namespace {

// Part of a row-major tensor, or its dimensions in another order.
struct Seen {
  Shape shape, strides;
  int64_t offset = 0;
};

Tensor copied(Builder& b, const Tensor& x, const Seen& seen) {
  Desc layout(seen.shape, x.type(), seen.strides);
  layout.data.offset0 = seen.offset;
  const Tensor from = b.program().seen_as(x, layout);
  const Tensor to = b.program().make(plain(seen.shape, x.type()), x.known());
  b.program().add<dnnl::reorder>(dnnl::reorder::primitive_desc(b.program().engine(), layout,
                                                               b.program().engine(), to.layout()),
                                 {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
  return to;
}

// `split` has the elements of the node's input; its dimensions, in the order `order`, make the
// output.
void build_permuted(Builder& b, const Group& group, const Shape& split, const Shape& order) {
  const Tensor x = b.in_plain(NodeContext(b.graph(), group.root).value(0));
  const Shape strides = row_major_strides(split);
  Seen seen;
  for (const int64_t d : order) {
    seen.shape.push_back(split[static_cast<size_t>(d)]);
    seen.strides.push_back(strides[static_cast<size_t>(d)]);
  }
  const Tensor y = copied(b, x, seen);
  b.put(group.result, b.program().seen_as(y, plain(b.dims(group.result), y.type())));
}

}  // namespace

void build_reshape(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  if (c.has_output(1)) throw Refusal("its mask is read");
  const ValueId v = c.value(0);
  const Shape from = c.shape(0), to = c.out_shape();
  const auto held = b.quantized(v), result = b.quantized(group.result);
  if (held && result && held->scale == result->scale) {
    const Tensor x = b.in_quantized(v, plain(from, held->type));
    b.put(group.result, b.program().view(x, plain(to, held->type)));
  } else if (from == to) {
    const Tensor x = b.in(v);
    b.put(group.result, b.program().view(x, x.layout()));
  } else {
    const Tensor x = b.in_plain(v);
    b.put(group.result, b.program().view(x, plain(to, x.type())));
  }
}

void build_transpose(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  Shape order = c.node().ints_attribute("perm");
  if (order.empty()) {
    for (int64_t d = c.rank(); d-- > 0;) order.push_back(d);
  }
  build_permuted(b, group, c.shape(0), order);
}

void build_depth_to_space(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const Shape x = c.shape(0);
  const int64_t n = c.node().int_attribute("blocksize", 1), depth = x.at(1) / (n * n);
  if (c.node().text_attribute("mode", "DCR") == "CRD") {
    build_permuted(b, group, {x[0], depth, n, n, x[2], x[3]}, {0, 1, 4, 2, 5, 3});
  } else {
    build_permuted(b, group, {x[0], n, n, depth, x[2], x[3]}, {0, 3, 4, 1, 5, 2});
  }
}

void build_space_to_depth(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const Shape x = c.shape(0);
  const int64_t n = c.node().int_attribute("blocksize", 1);
  build_permuted(b, group, {x.at(0), x[1], x[2] / n, n, x[3] / n, n}, {0, 3, 5, 1, 2, 4});
}

namespace {

// Back, or past elements: oneDNN has neither negative strides nor rows that end within a step.
void build_stepped_slice(Builder& b, const Group& group, const Shape& starts, const Shape& axes,
                         const Shape& steps) {
  const NodeContext c(b.graph(), group.root);
  const Shape in = c.shape(0);
  Shape first(in.size(), 0), step(in.size(), 1);
  for (size_t i = 0; i < starts.size(); ++i) {
    const auto d = static_cast<size_t>(c.axis(axes[i], c.rank()));
    const int64_t start = starts[i] < 0 ? starts[i] + in[d] : starts[i];
    first[d] = std::clamp<int64_t>(start, 0, steps[i] < 0 ? in[d] - 1 : in[d]);
    step[d] = steps[i];
  }
  pick(b, group, [=](const Shape& index) {
    int64_t place = 0;
    for (size_t d = 0; d < in.size(); ++d) place = place * in[d] + first[d] + index[d] * step[d];
    return place;
  });
}

}  // namespace

void build_slice(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const Shape starts = c.list("starts", 1), x = c.shape(0), out = c.out_shape();
  Shape axes = c.list("axes", 3), steps = c.has_input(4) ? c.list("steps", 4) : Shape();
  for (size_t i = axes.size(); i < starts.size(); ++i) axes.push_back(static_cast<int64_t>(i));
  steps.resize(starts.size(), 1);
  const Shape strides = row_major_strides(x);
  Seen seen{out, strides, 0};
  for (size_t i = 0; i < starts.size(); ++i) {
    const auto d = static_cast<size_t>(c.axis(axes[i], c.rank()));
    if (steps[i] != 1) return build_stepped_slice(b, group, starts, axes, steps);
    const int64_t start =
        std::clamp<int64_t>(starts[i] < 0 ? starts[i] + x[d] : starts[i], 0, x[d]);
    seen.offset += start * strides[d];
  }
  b.put(group.result, copied(b, b.in_plain(c.value(0)), seen));
}

void build_split(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  auto axis = static_cast<size_t>(c.axis(c.node().int_attribute("axis", 0), c.rank()));
  const Shape x = c.shape(0), strides = row_major_strides(x);
  if (axis == x.size()) --axis;  // an exporter's slip, which shape inference mends too
  const Tensor whole = b.in_plain(c.value(0));
  Seen seen{x, strides, 0};
  for (const ValueId v : c.node().outputs) {
    if (v == kNoValue) throw Refusal("an output without a name");
    seen.shape = b.dims(v);
    b.put(v, copied(b, whole, seen));
    seen.offset += seen.shape[axis] * strides[axis];
  }
}

void build_concat(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const auto axis = static_cast<int>(c.axis(c.node().int_attribute("axis", 0), c.rank()));
  const auto result = b.quantized(group.result);
  std::vector<Tensor> parts;
  std::vector<Desc> layouts;
  for (const ValueId v : c.node().inputs) {
    if (result) {
      // In the result's scale, whatever the part's own is.
      parts.push_back(b.as(v, with_type(b.made(v).layout(), result->type), result->scale));
    } else {
      parts.push_back(b.in(v));
    }
    layouts.push_back(parts.back().layout());
  }
  if (parts.size() == 1) {
    b.put(group.result, b.program().view(parts[0], parts[0].layout()));
    return;
  }
  const dnnl::concat::primitive_desc pd(axis, layouts, b.program().engine());
  Arguments arguments;
  bool known = true;
  for (size_t i = 0; i < parts.size(); ++i) {
    known = known && parts[i].known();
    arguments.emplace_back(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i), parts[i]);
  }
  const Tensor dst = b.program().make(pd.dst_desc(), known, result ? result->scale : 1);
  arguments.emplace_back(DNNL_ARG_DST, dst);
  b.program().add<dnnl::concat>(pd, arguments);
  b.put(group.result, dst);
}

}  // namespace tacho::onednn
