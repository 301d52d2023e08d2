// Before: a = Conv(x, w), y = BatchNormalization(a, scale, bias, mean, var)      all constant
// After:  y = Conv(x, w, bias) with BatchNormalization in its fused list
//
// The same for ConvTranspose, Gemm and MatMul with a constant weight, and for a batch normalization
// spelled as Mul and Add with one constant per channel. The weight's shape stays; a missing bias
// comes from the normalization.
//
// Not: if anything else reads `a`; if a parameter is computed; in training mode (more than one
// output); a Mul alone (a layer scale, which runtimes multiply by).
#pragma once

#include "graph_ir/fusion_rules.h"
#include "graph_ir/graph.h"

namespace tacho {

bool fuse_bn_into_conv(Graph& graph, const FusionRules& rules = {});

}  // namespace tacho
