// Before: a = MatMul(x, w), y = Add(a, b)          w, b constant; Add's operands in either order
// After:  y = MatMul(x, w, b)
//
// The same for Gemm and Conv without a bias. The Add must be the only reader of `a`, and `b` must
// hold one element per output column (per channel of a convolution), or one element in all.
//
// Not: a MatMul of two activations (there the Add is a mask or a residual); a `b` that varies along
// another axis; an Add that widens `a`.
#pragma once

#include "graph_ir/graph.h"

namespace tacho {

bool fuse_bias(Graph& graph);

}  // namespace tacho
