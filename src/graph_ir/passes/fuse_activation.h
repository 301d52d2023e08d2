// Before: a = Conv(x, w, b), y = Relu(a)
// After:  y = Conv(x, w, b) with Relu in its fused list
//
// Roots: Conv, ConvTranspose, Gemm, MatMul, Add and the normalizations. Activations: match.h's
// is_activation(). A PRelu's slope becomes an input; a Clip's bounds are settings, and a Clip to
// [0, 6] is marked relu6.
//
// The rules of a platform may forbid a pair, and may name roots beyond these (a pooling, a Concat).
//
// Not: if anything else reads `a`, or `a` leaves the graph; onto a root that has an activation
// already (a second one is an element-wise kernel of its own).
#pragma once

#include "graph_ir/fusion_rules.h"
#include "graph_ir/graph.h"

namespace tacho {

bool fuse_activation(Graph& graph, const FusionRules& rules = {});

}  // namespace tacho
