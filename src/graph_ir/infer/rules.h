// The table from operator to shape rule: one entry per operator, one file per family.
#pragma once

#include "graph_ir/infer/context.h"

namespace tacho {

/// The rule for `op`; null if there is none.
ShapeRule find_shape_rule(Op op);

// Each family's rules; rules.cc is the only caller. What a rule is for is said where it is entered
// there. elementwise.cc
void infer_unary(InferContext&);       ///< like input 0, known elements computed
void infer_like_input(InferContext&);  ///< like input 0, elements left alone
void infer_predicate(InferContext&);   ///< like input 0, of bool
void infer_arithmetic(InferContext&);  ///< all inputs broadcast
void infer_logic(InferContext&);       ///< all inputs broadcast, of bool
void infer_where(InferContext&);
void infer_cast(InferContext&);
// reductions.cc
void infer_reduce(InferContext&);
void infer_arg_reduce(InferContext&);
// conv.cc
void infer_conv(InferContext&);
void infer_conv_integer(InferContext&);
void infer_qlinear_conv(InferContext&);
void infer_conv_transpose(InferContext&);
// pooling.cc
void infer_pool(InferContext&);
void infer_global_pool(InferContext&);
void infer_max_unpool(InferContext&);
void infer_max_roi_pool(InferContext&);
void infer_roi_align(InferContext&);
// matmul.cc, einsum.cc
void infer_matmul(InferContext&);
void infer_matmul_integer(InferContext&);
void infer_qlinear_matmul(InferContext&);
void infer_gemm(InferContext&);
void infer_einsum(InferContext&);
// reshape.cc
void infer_reshape(InferContext&);
void infer_flatten(InferContext&);
void infer_squeeze(InferContext&);
void infer_unsqueeze(InferContext&);
// layout.cc
void infer_transpose(InferContext&);
void infer_expand(InferContext&);
void infer_tile(InferContext&);
void infer_depth_to_space(InferContext&);
void infer_space_to_depth(InferContext&);
// slicing.cc
void infer_slice(InferContext&);
void infer_split(InferContext&);
// gather.cc
void infer_gather(InferContext&);
void infer_gather_elements(InferContext&);
void infer_gather_nd(InferContext&);
void infer_scatter(InferContext&);
void infer_top_k(InferContext&);
void infer_one_hot(InferContext&);
// concat.cc
void infer_concat(InferContext&);
void infer_pad(InferContext&);
void infer_center_crop_pad(InferContext&);
// shape_ops.cc
void infer_constant(InferContext&);
void infer_shape(InferContext&);
void infer_size(InferContext&);
void infer_range(InferContext&);
void infer_constant_of_shape(InferContext&);
void infer_eye_like(InferContext&);
void infer_random(InferContext&);
void infer_random_like(InferContext&);
void infer_multinomial(InferContext&);
void infer_trilu(InferContext&);
void infer_cum_sum(InferContext&);
// normalization.cc
void infer_batch_normalization(InferContext&);
void infer_layer_normalization(InferContext&);
void infer_softmax(InferContext&);
void infer_dropout(InferContext&);
// recurrent.cc
void infer_recurrent(InferContext&);
// resize.cc
void infer_resize(InferContext&);
void infer_upsample(InferContext&);
void infer_grid_sample(InferContext&);
void infer_col2im(InferContext&);
// quantized.cc
void infer_quantize_linear(InferContext&);
void infer_dequantize_linear(InferContext&);
void infer_dynamic_quantize_linear(InferContext&);
// data_dependent.cc
void infer_data_dependent(InferContext&);
void infer_non_zero(InferContext&);
void infer_det(InferContext&);

}  // namespace tacho
