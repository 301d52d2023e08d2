// A network as the kernels of the catalogue that it is made of.
//
// What has no type of its own takes the nearest one:
//   convolutions    a bias counts as a batch norm, as in kernel_type(). A residual Add in the
//   kernel
//                   is left out. An activation that is neither ReLU, ReLU6 nor hard swish: with a
//                   kink (LeakyRelu, PRelu) as ReLU, a Clip as ReLU6, a smooth one (SiLU, GELU,
//                   Sigmoid, …) as hard swish. Where a family lacks the tail (dwconv-hswish,
//                   gconv-relu6), the one with a batch norm or with ReLU.
//                   Windows that are not square take the root of their positions; the padding
//                   is then the one that leads to the output's extent.
//   fc, matmul      fused activations are left out; Einsum by its workload
//   norms           GroupNormalization, InstanceNormalization, RMSNormalization: layernorm over as
//                   many elements
//   element-wise    by their first operator: Sub, Div, … as add; LeakyRelu, Clip, … as relu; Mish
//   as
//                   silu; Erf, Exp, … as tanh; a chain takes its first operator's type
//   poolings        ReduceMean, ReduceL2, … and global maxima as global-avgpool
//   concat          the fifth operand and what follows join the fourth
//   resize          by the nearest whole factor; below 1.5 it has none
//   what moves      Slice, Gather, Pad, Expand and their like: a transpose of as many elements as
//   come
//                   out
// No type: recurrent layers, grouped transposed convolutions, poolings and convolutions of rank 3
// or 5, norms of vectors, comparisons and index arithmetic.
#pragma once

#include <optional>

#include "kernel_builder/catalogue.h"

namespace tacho {

/// The configuration of the kernel at `node` of a lowered graph, with its real extents (nothing is
/// rounded to values that a sampler would draw); nullopt if no built-in type describes it.
/// Kernels on feature maps that are not square take the root of the area, rounded.
std::optional<KernelConfig> kernel_config_of(const Graph& graph, const Kernel& kernel);

}  // namespace tacho
