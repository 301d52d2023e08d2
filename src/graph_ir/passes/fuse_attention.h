// Before: s = MatMul(q, kt), c = Mul(s, 0.125), m = Add(c, mask), p = Softmax(m), y = MatMul(p, v)
// After:  y = FusedAttention(q, k, v, mask), with an Add per mask in its fused list
//
// The scale is one constant element, on q, on k, on both, or after the product (Mul or Div); there
// may be several masks or biases. k is what stood before a Transpose of its last two axes, where
// the product alone reads that; else the transposed value. Nothing need tell which: q and v say how
// many queries, keys and elements per head there are. PyTorch runs this as
// scaled_dot_product_attention.
//
// Not: if the scores or the probabilities are read elsewhere; if the Softmax is over another axis;
// if a factor has more than one element (XCiT's temperature per head: computed step by step); if a
// mask depends on the scores; if v or k is constant (two fully connected layers with a Softmax
// between).
#pragma once

#include "graph_ir/fusion_rules.h"
#include "graph_ir/graph.h"

namespace tacho {

bool fuse_attention(Graph& graph, const FusionRules& rules = {});

}  // namespace tacho
