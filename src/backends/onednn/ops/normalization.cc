// Normalizations and softmax.
#include "backends/onednn/ops/ops.h"

namespace tacho::onednn {
namespace {

using dnnl::normalization_flags;
using dnnl::prop_kind;

float epsilon_of(const NodeContext& c) {
  return static_cast<float>(c.node().float_attribute("epsilon", 1e-5));
}

// Rows of `size` elements each, with mean 0 and variance 1; then, where there are such, times
// `scale` plus `shift`.
Tensor normalized_rows(Builder& b, const Tensor& rows, int64_t size, float epsilon, ValueId scale,
                       ValueId shift) {
  normalization_flags flags = normalization_flags::none;
  if (scale != kNoValue) flags |= normalization_flags::use_scale;
  if (shift != kNoValue) flags |= normalization_flags::use_shift;
  const dnnl::layer_normalization_forward::primitive_desc pd(
      dnnl::layer_normalization_forward::desc(prop_kind::forward_inference, rows.layout(), epsilon,
                                              flags),
      b.program().engine());
  const Tensor dst = b.program().make(pd.dst_desc(), rows.known());
  Arguments arguments{{DNNL_ARG_SRC, rows}, {DNNL_ARG_DST, dst}};
  const auto vector = [&](ValueId v) {
    return b.program().seen_as(b.in_f32(v), plain({size}, Type::f32));
  };
  if (scale != kNoValue) arguments.emplace_back(DNNL_ARG_SCALE, vector(scale));
  if (shift != kNoValue) arguments.emplace_back(DNNL_ARG_SHIFT, vector(shift));
  b.program().add<dnnl::layer_normalization_forward>(pd, arguments);
  return dst;
}

// x · scale + shift, with one of each per channel, or (opset 18) per group of channels.
Tensor scaled_channels(Builder& b, Tensor x, ValueId scale, ValueId shift) {
  const Shape shape = shape_of(x.layout());
  Shape channels(shape.size(), 1);
  channels[1] = shape[1];
  const ValueId by[2] = {scale, shift};
  for (size_t i = 0; i < 2; ++i) {
    const std::vector<float> given = b.floats(by[i]);
    std::vector<float> elements(static_cast<size_t>(shape[1]));
    if (elements.size() % given.size() != 0) throw Refusal("a scale that is broadcast");
    const size_t repeat = elements.size() / given.size();
    for (size_t c = 0; c < elements.size(); ++c) elements[c] = given[c / repeat];
    const Tensor vector = b.known_floats(channels, elements);
    const dnnl::binary::primitive_desc pd(
        dnnl::binary::desc(i == 0 ? dnnl::algorithm::binary_mul : dnnl::algorithm::binary_add,
                           x.layout(), vector.layout(), x.layout()),
        b.program().engine());
    const Tensor y = b.program().make(pd.dst_desc(), x.known());
    b.program().add<dnnl::binary>(
        pd, {{DNNL_ARG_SRC_0, x}, {DNNL_ARG_SRC_1, vector}, {DNNL_ARG_DST, y}});
    x = y;
  }
  return x;
}

}  // namespace

void build_batch_norm(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  if (c.node().int_attribute("training_mode", 0) != 0 || c.has_output(1)) {
    throw Refusal("training mode");
  }
  const Tensor src = b.in(c.value(0));
  const auto flags = normalization_flags::use_global_stats | normalization_flags::use_scale |
                     normalization_flags::use_shift;
  const dnnl::batch_normalization_forward::primitive_desc pd(
      dnnl::batch_normalization_forward::desc(prop_kind::forward_inference, src.layout(),
                                              epsilon_of(c), flags),
      b.program().engine());
  const Tensor dst = b.program().make(pd.dst_desc(), b.known_inputs(c.node()));
  const auto at = [&](size_t i) { return b.in_f32(c.value(i)); };
  b.program().add<dnnl::batch_normalization_forward>(pd, {{DNNL_ARG_SRC, src},
                                                          {DNNL_ARG_SCALE, at(1)},
                                                          {DNNL_ARG_SHIFT, at(2)},
                                                          {DNNL_ARG_MEAN, at(3)},
                                                          {DNNL_ARG_VARIANCE, at(4)},
                                                          {DNNL_ARG_DST, dst}});
  b.put(group.result, dst);
}

void build_layer_norm(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  if (c.has_output(1) || c.has_output(2)) throw Refusal("its statistics are read");
  const Shape shape = c.shape(0);
  const auto axis = static_cast<size_t>(c.axis(c.node().int_attribute("axis", -1), c.rank()));
  const int64_t size =
      elements_of(Shape(shape.begin() + static_cast<std::ptrdiff_t>(axis), shape.end()));
  const ValueId scale = c.value(1);
  const ValueId shift = c.has_input(2) ? c.value(2) : kNoValue;
  if (elements_of(b.dims(scale)) != size) throw Refusal("a scale that is broadcast");
  const Tensor rows = b.program().seen_as(b.in_plain(c.value(0)),
                                          plain({elements_of(shape) / size, size}, b.real()));
  const Tensor dst = normalized_rows(b, rows, size, epsilon_of(c), scale, shift);
  b.put(group.result, b.program().seen_as(dst, plain(shape, b.real())));
}

void build_group_norm(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const Shape shape = c.shape(0);
  const bool instance = c.node().op == Op::kInstanceNormalization;
  const int64_t groups = instance ? shape.at(1) : c.node().int_attribute("num_groups", 1);
  const int64_t size = elements_of(shape) / (shape[0] * groups);
  const Tensor rows =
      b.program().seen_as(b.in_plain(c.value(0)), plain({shape[0] * groups, size}, b.real()));
  const Tensor unit = b.program().seen_as(
      normalized_rows(b, rows, size, epsilon_of(c), kNoValue, kNoValue), plain(shape, b.real()));
  // The pass that recognises group norms leaves out a scale and a shift that are not there.
  b.put(group.result, c.has_input(1) ? scaled_channels(b, unit, c.value(1), c.value(2)) : unit);
}

void build_softmax(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const int64_t rank = c.rank();
  const bool flattens = c.opset() < 13;  // everything from the axis on is one dimension
  const int64_t axis = c.axis(c.node().int_attribute("axis", flattens ? 1 : -1), rank);
  const bool whole = flattens && axis != rank - 1;
  const ValueId v = c.value(0);
  const Shape shape = c.shape(0);
  Tensor src = whole ? b.in_plain(v) : b.in(v);
  if (whole) {
    const int64_t size =
        elements_of(Shape(shape.begin() + static_cast<std::ptrdiff_t>(axis), shape.end()));
    src = b.program().seen_as(src, plain({elements_of(shape) / size, size}, b.real()));
  }
  const auto how = c.node().op == Op::kLogSoftmax ? dnnl::algorithm::softmax_log
                                                  : dnnl::algorithm::softmax_accurate;
  const dnnl::softmax_v2_forward::primitive_desc pd(
      dnnl::softmax_v2_forward::desc(prop_kind::forward_inference, how, src.layout(), src.layout(),
                                     whole ? 1 : static_cast<int>(axis)),
      b.program().engine());
  const Tensor dst = b.program().make(pd.dst_desc(), src.known());
  b.program().add<dnnl::softmax_v2_forward>(pd, {{DNNL_ARG_SRC, src}, {DNNL_ARG_DST, dst}});
  b.put(group.result, whole ? b.program().seen_as(dst, plain(shape, b.real())) : dst);
}

void build_lrn(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const auto alpha = static_cast<float>(c.node().float_attribute("alpha", 1e-4));
  const auto beta = static_cast<float>(c.node().float_attribute("beta", 0.75));
  const auto bias = static_cast<float>(c.node().float_attribute("bias", 1));
  const int64_t size = c.node().int_attribute("size", 1);
  if (c.rank() != 4) throw Refusal("an input that is not of rank 4");
  if (size % 2 == 0) throw Refusal("an even size");
  const Tensor src = b.in(c.value(0));
  const dnnl::lrn_forward::primitive_desc pd(
      dnnl::lrn_forward::desc(prop_kind::forward_inference, dnnl::algorithm::lrn_across_channels,
                              src.layout(), size, alpha, beta, bias),
      b.program().engine());
  const Tensor dst = b.program().make(pd.dst_desc(), src.known());
  b.program().add<dnnl::lrn_forward>(pd, {{DNNL_ARG_SRC, src}, {DNNL_ARG_DST, dst}});
  b.put(group.result, dst);
}

}  // namespace tacho::onednn
