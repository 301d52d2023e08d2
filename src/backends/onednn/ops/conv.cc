// Convolutions of 1, 2 and 3 spatial dimensions with what is fused into them.
#include <algorithm>
#include <cmath>

#include "backends/onednn/ops/ops.h"
#include "backends/onednn/ops/weights.h"
#include "backends/window.h"

namespace tacho::onednn {
namespace {

using backends::Window;
using dnnl::algorithm;
using dnnl::prop_kind;

Shape kernel_of(const NodeContext& c) {
  const Shape weight = c.shape(1);
  if (weight.size() < 3 || weight.size() > 5) {
    throw Refusal("weights of rank " + std::to_string(weight.size()));
  }
  return Shape(weight.begin() + 2, weight.end());
}

// oneDNN counts the elements between, not the distance.
Shape gaps(const Shape& dilations) {
  Shape gaps = dilations;
  for (int64_t& d : gaps) d -= 1;
  return gaps;
}

Shape with_groups(const Shape& weight, int64_t groups) {
  if (groups == 1) return weight;
  Shape shape = weight;
  shape[0] /= groups;
  shape.insert(shape.begin(), groups);
  return shape;
}

}  // namespace

void build_conv(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const Window w = backends::window_of(c, kernel_of(c));
  const int64_t groups = c.node().int_attribute("group", 1);
  const Shape out = c.out_shape(), shape = with_groups(c.shape(1), groups);
  const ValueId x = c.value(0);
  const Weights weights = weights_of(b, group, 0, out[1]);
  const Eight eight(b, group, x, weights);

  PostOps ops = post_ops_of(b, group, eight.result());
  eight.set_output_scales(ops.attributes, 1 << 1);
  const Desc bias = plain({out[1]}, Type::f32);
  const dnnl::convolution_forward::primitive_desc pd(
      weights.has_bias
          ? dnnl::convolution_forward::desc(
                prop_kind::forward_inference, algorithm::convolution_direct,
                any(c.shape(0), eight.source_type()), any(shape, eight.weight_type()), bias,
                any(out, eight.result_type()), w.strides, gaps(w.dilations), w.begins, w.ends)
          : dnnl::convolution_forward::desc(
                prop_kind::forward_inference, algorithm::convolution_direct,
                any(c.shape(0), eight.source_type()), any(shape, eight.weight_type()),
                any(out, eight.result_type()), w.strides, gaps(w.dilations), w.begins, w.ends),
      ops.attributes, b.program().engine());

  const Tensor src = eight.source(pd.src_desc());
  const Tensor weight =
      eight.weights(b.program().seen_as(weights.weight, plain(shape, Type::f32)), pd.weights_desc(),
                    groups == 1 ? 1 << 0 : (1 << 0) + (1 << 1));
  const bool known = src.known() && weight.known();
  const Tensor dst = destination(b, group, ops, pd.dst_desc(), known, eight.result());
  Arguments arguments{{DNNL_ARG_SRC, src}, {DNNL_ARG_WEIGHTS, weight}, {DNNL_ARG_DST, dst}};
  if (weights.has_bias) arguments.emplace_back(DNNL_ARG_BIAS, eight.bias());
  b.program().add<dnnl::convolution_forward>(pd, arguments);
  b.put(group.result, dst);
}

void build_conv_transpose(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  if (c.node().text_attribute("auto_pad", "NOTSET") != "NOTSET" ||
      c.node().find_attribute("output_shape") != nullptr) {
    throw Refusal("auto_pad and output_shape are not supported");
  }
  const Window w = backends::window_of(c, kernel_of(c));
  const int64_t groups = c.node().int_attribute("group", 1);
  const Shape in = c.shape(0), out = c.out_shape(), given = c.shape(1);
  const Weights weights = weights_of(b, group, 1, out[1]);

  // ONNX: inputs, outputs per group, window. oneDNN: groups, outputs, inputs, window.
  Shape shape{groups, given[1], given[0] / groups};
  shape.insert(shape.end(), given.begin() + 2, given.end());
  Shape strides = row_major_strides(given);
  strides.insert(strides.begin(), {strides[0] * shape[2], strides[1], strides[0]});
  strides.erase(strides.begin() + 3, strides.begin() + 5);
  if (groups == 1) {
    shape.erase(shape.begin());
    strides.erase(strides.begin());
  }
  Shape ends;
  for (size_t d = 0; d < w.kernel.size(); ++d) {
    const int64_t extent = (w.kernel[d] - 1) * w.dilations[d] + 1;
    ends.push_back((in[d + 2] - 1) * w.strides[d] + extent - w.begins[d] - out[d + 2]);
  }
  PostOps ops = post_ops_of(b, group);
  const dnnl::deconvolution_forward::primitive_desc pd(
      dnnl::deconvolution_forward::desc(
          prop_kind::forward_inference, algorithm::deconvolution_direct, any(in, b.real()),
          any(shape, b.real()), plain({out[1]}, Type::f32), any(out, b.real()), w.strides,
          gaps(w.dilations), w.begins, ends),
      ops.attributes, b.program().engine());
  const Tensor src = b.as(c.value(0), pd.src_desc());
  const Tensor weight = b.reordered(
      b.program().seen_as(weights.weight, Desc(shape, Type::f32, strides)), pd.weights_desc(), 1);
  const Tensor dst = destination(b, group, ops, pd.dst_desc(), src.known() && weight.known());
  b.program().add<dnnl::deconvolution_forward>(pd, {{DNNL_ARG_SRC, src},
                                                    {DNNL_ARG_WEIGHTS, weight},
                                                    {DNNL_ARG_BIAS, weights.bias_or_zero(b)},
                                                    {DNNL_ARG_DST, dst}});
  b.put(group.result, dst);
}

}  // namespace tacho::onednn
