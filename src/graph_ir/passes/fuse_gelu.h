// Before: d = Div(x, 1.4142), e = Erf(d), p = Add(e, 1), m = Mul(x, p), y = Mul(m, 0.5)
// After:  y = Gelu(x)
//
// Three spellings, in every order of operands and association of factors:
//   0.5 · x · (1 + erf(x / √2))                                  (the factor may be a Mul or a Div)
//   0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))           (x³ a Pow or a product; attribute
//                                                                 approximate = "tanh")
//   x · sigmoid(1.702 · x)                                       (approximate = "quick")
//
// Not: if a constant is another (tolerance 1e-3); if the two x differ; if something between x and y
// is read elsewhere.
#pragma once

#include "graph_ir/fusion_rules.h"
#include "graph_ir/graph.h"

namespace tacho {

bool fuse_gelu(Graph& graph, const FusionRules& rules = {});

}  // namespace tacho
