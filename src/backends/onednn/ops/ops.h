// The operators, a file per family; find_build() in ops.cc lists them all. Each adds the group's
// steps to the builder's program and puts its result.
#pragma once

#include "backends/onednn/builder.h"

namespace tacho::onednn {

using Build = void (*)(Builder&, const Group&);
/// Null if there is none for the operator.
Build find_build(Op op);

// conv.cc
void build_conv(Builder&, const Group&);
void build_conv_transpose(Builder&, const Group&);
// matmul.cc
void build_product(Builder&, const Group&);  ///< Gemm and MatMul
// pooling.cc
void build_pool(Builder&, const Group&);         ///< MaxPool and AveragePool
void build_global_pool(Builder&, const Group&);  ///< over all spatial dimensions
void build_reduce(Builder&, const Group&);
// elementwise.cc
void build_unary(Builder&, const Group&);   ///< what eltwise_of knows
void build_binary(Builder&, const Group&);  ///< Add, Sub, Mul, Div, Min, Max, Pow
void build_fold(Builder&, const Group&);    ///< Sum, Mean, and Min and Max of more than two
void build_prelu(Builder&, const Group&);
// normalization.cc
void build_batch_norm(Builder&, const Group&);
void build_layer_norm(Builder&, const Group&);
void build_group_norm(Builder&, const Group&);  ///< InstanceNormalization too
void build_softmax(Builder&, const Group&);
void build_lrn(Builder&, const Group&);
// movement.cc
void build_reshape(Builder&, const Group&);  ///< whatever only renames dimensions, Identity too
void build_transpose(Builder&, const Group&);
void build_slice(Builder&, const Group&);
void build_split(Builder&, const Group&);
void build_concat(Builder&, const Group&);
void build_depth_to_space(Builder&, const Group&);
void build_space_to_depth(Builder&, const Group&);
// resize.cc
void build_resize(Builder&, const Group&);  ///< Upsample too
// picking.cc: every element of the output is an element of the input, or a constant
void build_expand(Builder&, const Group&);
void build_tile(Builder&, const Group&);
void build_pad(Builder&, const Group&);
void build_trilu(Builder&, const Group&);
void build_gather(Builder&, const Group&);
// loops.cc: what oneDNN has no primitive for
void build_loop(Builder&, const Group&);  ///< comparisons, logic, Where, Erf, Floor, integers, …
void build_cast(Builder&, const Group&);
void build_arg_reduce(Builder&, const Group&);

// For several of them.

/// Post-operations of a group: the residual, its activations.
struct PostOps {
  dnnl::primitive_attr attributes;
  bool sums = false;
};
/// `result`: how it is held, if in 8 bits; then a residual is too.
PostOps post_ops_of(Builder&, const Group&, const std::optional<Quantized>& result = {});
/// Where a primitive with `ops` writes: onto the residual, or a copy of it, if it sums.
Tensor destination(Builder&, const Group&, const PostOps& ops, const Desc& layout, bool known,
                   const std::optional<Quantized>& result = {});
/// A chain of functions, each a primitive of its own.
Tensor apply(Builder&, Tensor x, const std::vector<Eltwise>& chain);
/// The group's activations after a primitive that has no post-operations.
Tensor activated(Builder&, const Group&, Tensor x);

}  // namespace tacho::onednn
