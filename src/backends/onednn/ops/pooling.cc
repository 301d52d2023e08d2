// Windows and reductions.
#include <numeric>

#include "backends/onednn/ops/ops.h"
#include "backends/window.h"

namespace tacho::onednn {
namespace {

using backends::Window;
using dnnl::algorithm;

// In 8 bits where the value and the result both are, with one scale.
Tensor source_of(Builder& b, const Group& group, ValueId x, Desc* result) {
  const auto from = b.quantized(x), to = b.quantized(group.result);
  const bool eight = from && to && from->scale == to->scale && from->type == to->type;
  const Tensor made = b.made(x);
  const Tensor src = eight ? b.in_quantized(x, with_type(made.layout(), from->type)) : b.in(x);
  *result = with_type(*result, src.type());
  return src;
}

void add_pool(Builder& b, const Group& group, algorithm how, const Window& w, const Shape& out) {
  Desc result = any(out, b.real());
  const Tensor src = source_of(b, group, NodeContext(b.graph(), group.root).value(0), &result);
  Shape gaps = w.dilations;
  for (int64_t& d : gaps) d -= 1;
  const dnnl::pooling_v2_forward::primitive_desc pd(
      dnnl::pooling_v2_forward::desc(dnnl::prop_kind::forward_inference, how, src.layout(), result,
                                     w.strides, w.kernel, gaps, w.begins, w.ends),
      b.program().engine());
  const Tensor dst = b.program().make(pd.dst_desc(), src.known(), src.scale);
  b.program().add<dnnl::pooling_v2_forward>(pd, {{DNNL_ARG_SRC, src}, {DNNL_ARG_DST, dst}});
  b.put(group.result, dst);
}

Shape axes_of(const NodeContext& c) {
  Shape axes = c.list("axes", 1);
  for (int64_t& axis : axes) axis = c.axis(axis, c.rank());
  if (axes.empty() && c.node().int_attribute("noop_with_empty_axes", 0) == 0) {
    axes.resize(static_cast<size_t>(c.rank()));
    std::iota(axes.begin(), axes.end(), 0);
  }
  std::sort(axes.begin(), axes.end());
  return axes;
}

bool are_spatial(const Shape& axes, int64_t rank) {
  if (rank < 3 || rank > 5 || static_cast<int64_t>(axes.size()) != rank - 2) return false;
  for (size_t i = 0; i < axes.size(); ++i) {
    if (axes[i] != static_cast<int64_t>(i) + 2) return false;
  }
  return true;
}

void pool_whole(Builder& b, const Group& group, const NodeContext& c, algorithm how) {
  const Shape in = c.shape(0);
  Window w;
  w.kernel.assign(in.begin() + 2, in.end());
  w.strides = w.dilations = Shape(w.kernel.size(), 1);
  w.begins = w.ends = w.zeros();
  Shape out = in;
  for (size_t d = 2; d < out.size(); ++d) out[d] = 1;
  add_pool(b, group, how, w, out);
}

struct Reduction {
  algorithm how;
  float p;
};

Reduction reduction_of(Op op) {
  switch (op) {
    case Op::kReduceMean:
      return {algorithm::reduction_mean, 0};
    case Op::kReduceSum:
      return {algorithm::reduction_sum, 0};
    case Op::kReduceMax:
      return {algorithm::reduction_max, 0};
    case Op::kReduceMin:
      return {algorithm::reduction_min, 0};
    case Op::kReduceProd:
      return {algorithm::reduction_mul, 0};
    case Op::kReduceL1:
      return {algorithm::reduction_norm_lp_sum, 1};
    case Op::kReduceL2:
      return {algorithm::reduction_norm_lp_sum, 2};
    case Op::kReduceSumSquare:
      return {algorithm::reduction_norm_lp_power_p_sum, 2};
    default:
      throw Refusal("the operator is not supported");
  }
}

}  // namespace

void build_pool(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  if (c.has_output(1)) throw Refusal("its indices are read");
  Window w = backends::window_of(c, {});
  if (w.kernel.empty() || w.kernel.size() > 3) throw Refusal("windows of this rank");
  const Window declared = w;
  backends::extend_to_output(c, w);
  algorithm how = algorithm::pooling_max;
  if (c.node().op == Op::kAveragePool) {
    const bool count_pads = c.node().int_attribute("count_include_pad", 0) != 0;
    if (count_pads && w.ends != declared.ends) {
      throw Refusal("count_include_pad with windows that ceil_mode adds");
    }
    how = count_pads ? algorithm::pooling_avg_include_padding
                     : algorithm::pooling_avg_exclude_padding;
  }
  // oneDNN wants pads that the output's size follows from: what a floor division leaves over.
  const Shape in = c.shape(0), out = c.out_shape();
  for (size_t d = 0; d < w.kernel.size(); ++d) {
    const int64_t extent = (w.kernel[d] - 1) * w.dilations[d] + 1;
    const int64_t needed = (out[d + 2] - 1) * w.strides[d] + extent;
    w.ends[d] = needed - in[d + 2] - w.begins[d];
  }
  add_pool(b, group, how, w, out);
}

void build_global_pool(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  if (c.rank() < 3 || c.rank() > 5) throw Refusal("an input of this rank");
  pool_whole(b, group, c,
             c.node().op == Op::kGlobalMaxPool ? algorithm::pooling_max
                                               : algorithm::pooling_avg_exclude_padding);
}

void build_reduce(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  if (!is_float(c.dtype(0))) throw Refusal("integers");
  const Shape axes = axes_of(c);
  if (axes.empty()) return build_reshape(b, group);
  const bool keeps = c.node().int_attribute("keepdims", 1) != 0;
  const bool mean = c.node().op == Op::kReduceMean;
  if (keeps && are_spatial(axes, c.rank()) && (mean || c.node().op == Op::kReduceMax)) {
    return pool_whole(b, group, c,
                      mean ? algorithm::pooling_avg_exclude_padding : algorithm::pooling_max);
  }
  const Reduction reduction = reduction_of(c.node().op);
  Shape out = c.shape(0);
  for (const int64_t axis : axes) out[static_cast<size_t>(axis)] = 1;
  const Tensor src = b.in_plain(c.value(0));
  const dnnl::reduction::primitive_desc pd(
      dnnl::reduction::desc(reduction.how, src.layout(), plain(out, b.real()), reduction.p, 0.0F),
      b.program().engine());
  const Tensor dst = b.program().make(pd.dst_desc(), src.known());
  b.program().add<dnnl::reduction>(pd, {{DNNL_ARG_SRC, src}, {DNNL_ARG_DST, dst}});
  b.put(group.result, b.program().seen_as(dst, plain(c.out_shape(), b.real())));
}

}  // namespace tacho::onednn
