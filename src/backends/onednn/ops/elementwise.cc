// Functions of one and of two tensors, element by element.
#include "backends/onednn/ops/ops.h"

namespace tacho::onednn {
namespace {

using dnnl::algorithm;

std::optional<algorithm> binary_of(Op op) {
  switch (op) {
    case Op::kAdd:
    case Op::kSum:
    case Op::kMean:
      return algorithm::binary_add;
    case Op::kSub:
      return algorithm::binary_sub;
    case Op::kMul:
      return algorithm::binary_mul;
    case Op::kDiv:
      return algorithm::binary_div;
    case Op::kMin:
      return algorithm::binary_min;
    case Op::kMax:
      return algorithm::binary_max;
    default:
      return std::nullopt;
  }
}

Shape with_rank(Shape shape, size_t rank) {
  while (shape.size() < rank) shape.insert(shape.begin(), 1);
  return shape;
}

bool commutes(algorithm how) {
  return how != algorithm::binary_sub && how != algorithm::binary_div;
}

// The value as the other operand of something of `whole`'s dims and layout.
Tensor operand(Builder& b, ValueId v, const Desc& whole) {
  const Shape shape = b.dims(v), dims = shape_of(whole);
  if (shape == dims) return b.as(v, with_type(whole, b.real()));
  const Tensor tensor = b.in_plain(v);
  return b.program().seen_as(tensor, plain(with_rank(shape, dims.size()), b.real()));
}

// What both have in common with the result's dims, written out in full.
Tensor expanded(Builder& b, ValueId v, const Shape& out) {
  const Tensor x = b.in_plain(v);
  const Tensor seen = b.program().seen_as(x, plain(with_rank(b.dims(v), out.size()), b.real()));
  const Tensor zero = b.program().make(plain(out, b.real()), true);
  if (!b.dry()) std::fill_n(zero.at<char>(), zero.buffer->bytes, char{0});
  const dnnl::binary::primitive_desc pd(
      dnnl::binary::desc(algorithm::binary_add, zero.layout(), seen.layout(), zero.layout()),
      b.program().engine());
  const Tensor y = b.program().make(zero.layout(), x.known());
  b.program().add<dnnl::binary>(
      pd, {{DNNL_ARG_SRC_0, zero}, {DNNL_ARG_SRC_1, seen}, {DNNL_ARG_DST, y}});
  return y;
}

// In 8 bits if both operands and the result are; only sums keep their scales apart.
bool add_quantized(Builder& b, const Group& group, const NodeContext& c) {
  const ValueId left = c.value(0), right = c.value(1);
  const auto a = b.quantized(left), d = b.quantized(right), y = b.quantized(group.result);
  if (c.node().op != Op::kAdd || !a || !d || !y || b.dims(left) != b.dims(right)) return false;
  const Tensor src0 = b.in_quantized(left, with_type(b.made(left).layout(), a->type));
  const Tensor src1 = b.in_quantized(right, with_type(src0.layout(), d->type));
  dnnl::primitive_attr attributes;
  attributes.set_scales(DNNL_ARG_SRC_0, 0, {a->scale});
  attributes.set_scales(DNNL_ARG_SRC_1, 0, {d->scale});
  Group rest = group;
  rest.residual = kNoValue;
  const PostOps ops = post_ops_of(b, rest, y);
  attributes.set_post_ops(ops.attributes.get_post_ops());
  const dnnl::binary::primitive_desc pd(
      dnnl::binary::desc(algorithm::binary_add, src0.layout(), src1.layout(),
                         with_type(src0.layout(), y->type)),
      attributes, b.program().engine());
  const Tensor dst = b.program().make(pd.dst_desc(), false, y->scale);
  b.program().add<dnnl::binary>(
      pd, {{DNNL_ARG_SRC_0, src0}, {DNNL_ARG_SRC_1, src1}, {DNNL_ARG_DST, dst}});
  b.put(group.result, dst);
  return true;
}

void add_binary(Builder& b, const Group& group, algorithm how, ValueId left, ValueId right) {
  const Shape out = b.dims(b.graph().node(group.root).outputs[0]);
  if (b.dims(left) != out && b.dims(right) == out && commutes(how)) std::swap(left, right);
  // The layout of what the network computes, not that of a constant.
  if (b.dims(left) == out && b.dims(right) == out && b.made(left).known() && commutes(how)) {
    std::swap(left, right);
  }
  const Tensor src0 = b.dims(left) == out ? b.in(left) : expanded(b, left, out);
  const Tensor src1 = operand(b, right, src0.layout());
  dnnl::primitive_attr attributes = post_ops_of(b, group).attributes;
  const dnnl::binary::primitive_desc pd(
      dnnl::binary::desc(how, src0.layout(), src1.layout(), src0.layout()), attributes,
      b.program().engine());
  const Tensor dst = b.program().make(pd.dst_desc(), src0.known() && src1.known());
  b.program().add<dnnl::binary>(
      pd, {{DNNL_ARG_SRC_0, src0}, {DNNL_ARG_SRC_1, src1}, {DNNL_ARG_DST, dst}});
  b.put(group.result, dst);
}

}  // namespace

void build_unary(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const auto chain = eltwise_of(c);
  if (!chain) return build_loop(b, group);
  // Of arithmetic with a number, the other operand.
  const bool second = c.scalar(0).has_value() && c.num_inputs() == 2 && !c.scalar(1);
  b.put(group.result, activated(b, group, apply(b, b.in(c.value(second ? 1 : 0)), *chain)));
}

void build_binary(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  if (!is_float(c.dtype(0)) || !is_float(c.out_dtype())) return build_loop(b, group);
  if (eltwise_of(c)) return build_unary(b, group);
  if (c.num_inputs() != 2) return build_fold(b, group);
  const auto how = binary_of(c.node().op);
  if (!how) return build_loop(b, group);
  if (c.out_shape().empty()) return build_loop(b, group);
  if (add_quantized(b, group, c)) return;
  add_binary(b, group, *how, c.value(0), c.value(1));
}

void build_fold(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const auto how = binary_of(c.node().op);
  if (!how || !is_float(c.dtype(0))) throw Refusal("integers");
  const Shape out = c.out_shape();
  for (size_t i = 0; i < c.num_inputs(); ++i) {
    if (c.shape(i) != out) throw Refusal("operands that differ in dims");
  }
  Tensor sum = b.in(c.value(0));
  for (size_t i = 1; i < c.num_inputs(); ++i) {
    const Tensor next = b.as(c.value(i), sum.layout());
    const dnnl::binary::primitive_desc pd(
        dnnl::binary::desc(*how, sum.layout(), next.layout(), sum.layout()), b.program().engine());
    const Tensor dst = b.program().make(pd.dst_desc(), sum.known() && next.known());
    b.program().add<dnnl::binary>(
        pd, {{DNNL_ARG_SRC_0, sum}, {DNNL_ARG_SRC_1, next}, {DNNL_ARG_DST, dst}});
    sum = dst;
  }
  if (c.node().op == Op::kMean) {
    const float share = 1 / static_cast<float>(c.num_inputs());
    sum = apply(b, sum, {{algorithm::eltwise_linear, share, 0}});
  }
  if (c.num_inputs() == 1) sum = b.program().view(sum, sum.layout());
  b.put(group.result, sum);
}

void build_prelu(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const Tensor src = b.in(c.value(0));
  const Shape slope = with_rank(c.shape(1), c.shape(0).size());
  const Tensor weight = b.program().seen_as(b.in_plain(c.value(1)), plain(slope, b.real()));
  const dnnl::prelu_forward::primitive_desc pd(
      dnnl::prelu_forward::desc(dnnl::prop_kind::forward_inference, src.layout(),
                                any(slope, b.real())),
      b.program().engine());
  const Tensor dst = b.program().make(src.layout(), src.known());
  const Tensor placed =
      weight.layout() == pd.weights_desc() ? weight : b.reordered(weight, pd.weights_desc(), 1);
  b.program().add<dnnl::prelu_forward>(
      pd, {{DNNL_ARG_SRC, src}, {DNNL_ARG_WEIGHTS, placed}, {DNNL_ARG_DST, dst}});
  b.put(group.result, dst);
}

}  // namespace tacho::onednn
