// Before: a = Mul(x, s), b = Add(a, r), y = Sqrt(b)                     all of the same dims
// After:  y = Mul(x, s, r) with Add and Sqrt in its fused list
//
// What is left of element-wise nodes after the named patterns becomes one kernel per chain, rooted
// at its first node; other operands become inputs, constants included (a layer scale).
//
// Not: if a link is read elsewhere or leaves the graph; if the next node widens it by broadcasting;
// onto a convolution or a matrix product, whose kernels take what fuse_bias, fuse_bn_into_conv,
// fuse_conv_add and fuse_activation give them and nothing else.
#pragma once

#include "graph_ir/fusion_rules.h"
#include "graph_ir/graph.h"

namespace tacho {

bool fuse_elementwise(Graph& graph, const FusionRules& rules = {});

}  // namespace tacho
