// Before: m = ReduceMean(x), d = Sub(x, m), q = Pow(d, 2), v = ReduceMean(q), e = Add(v, eps),
//         s = Sqrt(e), n = Div(d, s), g = Mul(n, scale), y = Add(g, bias)
// After:  y = LayerNormalization(x, scale, bias) with attributes axis (the first) and axes (all)
//
// The means are over one or more axes. The square may be Mul(d, d), the Sub may be there twice,
// Casts may stand between, Div may be Mul(d, Reciprocal(s)) or Mul(d, Div(1, s)), and scale or both
// scale and bias may be missing. Axes other than the last (ConvNeXt's [1] on NCHW) are kept in
// `axes`. Without the mean's subtraction it becomes y = RMSNormalization(x, scale).
//
// Not: if the two means are over different axes; if Pow's exponent is not 2; if scale or bias is
// computed or not of the normalized axes' size (then the pattern ends before it); if something
// between is read elsewhere.
#pragma once

#include "graph_ir/fusion_rules.h"
#include "graph_ir/graph.h"

namespace tacho {

bool fuse_layer_norm(Graph& graph, const FusionRules& rules = {});

}  // namespace tacho
