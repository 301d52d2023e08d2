// Matrix products. With constant weights they are inner products, whose weights oneDNN lays out as
// it likes and which take post-operations.
#include "backends/onednn/ops/ops.h"
#include "backends/onednn/ops/weights.h"

namespace tacho::onednn {
namespace {

using dnnl::prop_kind;

bool transposes(const NodeContext& c, const char* attribute) {
  return c.node().op == Op::kGemm && c.node().int_attribute(attribute, 0) != 0;
}

// Everything but the last dimension is a row.
Shape as_matrix(const Shape& shape) {
  const int64_t columns = shape.back();
  return {elements_of(shape) / columns, columns};
}

void build_inner_product(Builder& b, const Group& group, const NodeContext& c) {
  const ValueId x = c.value(0);
  const Shape in = as_matrix(c.shape(0)), out = as_matrix(c.out_shape());
  const bool outputs_first = transposes(c, "transB");
  Weights weights = weights_of(b, group, outputs_first ? 0 : 1, out[1]);
  if (!outputs_first) {  // one layout for all that follows
    const Shape turned{out[1], in[1]};
    const Desc seen(turned, Type::f32, Shape{1, out[1]});
    weights.weight =
        b.reordered(b.program().seen_as(weights.weight, seen), plain(turned, Type::f32), 1);
    weights.outputs_first = true;
  }
  const double alpha = c.node().op == Op::kGemm ? c.node().float_attribute("alpha", 1) : 1;
  if (alpha != 1) {
    weights.weight =
        apply(b, weights.weight, {{dnnl::algorithm::eltwise_linear, static_cast<float>(alpha), 0}});
  }
  const Eight eight(b, group, x, weights);
  PostOps ops = post_ops_of(b, group, eight.result());
  eight.set_output_scales(ops.attributes, 1 << 1);
  const dnnl::inner_product_forward::primitive_desc pd(
      dnnl::inner_product_forward::desc(
          prop_kind::forward_inference, plain(in, eight.source_type()),
          any({out[1], in[1]}, eight.weight_type()), plain({out[1]}, Type::f32),
          plain(out, eight.result_type())),
      ops.attributes, b.program().engine());
  const Tensor src =
      b.program().seen_as(eight.source(plain(c.shape(0), eight.source_type())), pd.src_desc());
  const Tensor weight = eight.weights(weights.weight, pd.weights_desc(), 1 << 0);
  const Shape whole = c.out_shape();
  const Tensor dst = destination(b, group, ops, plain(whole, eight.result_type()),
                                 src.known() && weight.known(), eight.result());
  b.program().add<dnnl::inner_product_forward>(
      pd, {{DNNL_ARG_SRC, src},
           {DNNL_ARG_WEIGHTS, weight},
           {DNNL_ARG_BIAS, eight.bias()},
           {DNNL_ARG_DST, b.program().seen_as(dst, pd.dst_desc())}});
  b.put(group.result, dst);
}

// Rank `rank`, with ones in front.
Shape with_rank(Shape shape, size_t rank) {
  while (shape.size() < rank) shape.insert(shape.begin(), 1);
  return shape;
}

void build_matmul(Builder& b, const Group& group, const NodeContext& c) {
  Shape left = c.shape(0), right = c.shape(1), out = c.out_shape();
  if (left.size() < 2 || right.size() < 2) throw Refusal("a product with a vector");
  const size_t rank = std::max(left.size(), right.size());
  const auto operand = [&](size_t i, bool turn) {
    const Tensor tensor = b.in_plain(c.value(i));
    Shape shape = with_rank(c.shape(i), rank), strides = row_major_strides(shape);
    if (turn) {
      std::swap(shape[rank - 1], shape[rank - 2]);
      std::swap(strides[rank - 1], strides[rank - 2]);
    }
    return b.program().seen_as(tensor, Desc(shape, b.real(), strides));
  };
  const Tensor src = operand(0, transposes(c, "transA"));
  const Tensor weight = operand(1, transposes(c, "transB"));
  dnnl::primitive_attr attributes;
  if (c.node().op == Op::kGemm) {
    if (c.has_input(2)) throw Refusal("a bias without constant weights");
    const auto alpha = static_cast<float>(c.node().float_attribute("alpha", 1));
    if (alpha != 1) attributes.set_output_scales(0, {alpha});
  }
  const dnnl::matmul::primitive_desc pd(
      dnnl::matmul::desc(src.layout(), weight.layout(), plain(out, b.real())), attributes,
      b.program().engine());
  const Tensor dst = b.program().make(pd.dst_desc(), src.known() && weight.known());
  b.program().add<dnnl::matmul>(
      pd, {{DNNL_ARG_SRC, src}, {DNNL_ARG_WEIGHTS, weight}, {DNNL_ARG_DST, dst}});
  b.put(group.result, activated(b, group, dst));
}

}  // namespace

void build_product(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const bool fixed = b.constant()[static_cast<size_t>(c.value(1))] != 0;
  const bool plain_left = !transposes(c, "transA") && c.rank(0) >= 2;
  if (fixed && plain_left && c.rank(1) == 2) return build_inner_product(b, group, c);
  if (group.residual != kNoValue || group.bias != kNoValue) {
    throw Refusal("constant weights of rank " + std::to_string(c.rank(1)) + " with a sum");
  }
  build_matmul(b, group, c);
}

}  // namespace tacho::onednn
