// The operators, a file per family; find_builder() in ops.cc lists them all.
#pragma once

#include "backends/libtorch/step.h"

namespace tacho::libtorch {

// activation.cc
Step build_activation(const NodeContext&);  ///< and other functions of one tensor
Step build_hard_sigmoid(const NodeContext&);
Step build_clip(const NodeContext&);
Step build_prelu(const NodeContext&);
Step build_cast(const NodeContext&);
Step build_identity(const NodeContext&);  ///< Dropout too
// arithmetic.cc
Step build_arithmetic(const NodeContext&);  ///< Add, Sub, Mul, Div, Pow
Step build_comparison(const NodeContext&);  ///< and logic
Step build_variadic(const NodeContext&);    ///< Min, Max, Sum, Mean
Step build_where(const NodeContext&);
// conv.cc
Step build_conv(const NodeContext&);
Step build_conv_transpose(const NodeContext&);
// pooling.cc
Step build_max_pool(const NodeContext&);
Step build_average_pool(const NodeContext&);
Step build_global_pool(const NodeContext&);
// matmul.cc
Step build_gemm(const NodeContext&);
Step build_matmul(const NodeContext&);
Step build_einsum(const NodeContext&);
// normalization.cc
Step build_batch_norm(const NodeContext&);
Step build_layer_norm(const NodeContext&);
Step build_group_norm(const NodeContext&);
Step build_instance_norm(const NodeContext&);
Step build_rms_norm(const NodeContext&);
Step build_lrn(const NodeContext&);
Step build_softmax(const NodeContext&);  ///< LogSoftmax too
// reduction.cc
Step build_reduce(const NodeContext&);
Step build_arg_reduce(const NodeContext&);
Step build_cum_sum(const NodeContext&);
Step build_top_k(const NodeContext&);
// layout.cc
Step build_reshape(const NodeContext&);  ///< whatever only renames dimensions
Step build_transpose(const NodeContext&);
Step build_expand(const NodeContext&);
Step build_tile(const NodeContext&);
Step build_depth_to_space(const NodeContext&);
Step build_space_to_depth(const NodeContext&);
Step build_trilu(const NodeContext&);
// slicing.cc
Step build_concat(const NodeContext&);
Step build_split(const NodeContext&);
Step build_slice(const NodeContext&);
Step build_pad(const NodeContext&);
// gather.cc
Step build_gather(const NodeContext&);
Step build_gather_elements(const NodeContext&);
Step build_gather_nd(const NodeContext&);
Step build_scatter_elements(const NodeContext&);
Step build_scatter_nd(const NodeContext&);
// resize.cc
Step build_resize(const NodeContext&);  ///< Upsample too
Step build_grid_sample(const NodeContext&);

}  // namespace tacho::libtorch
