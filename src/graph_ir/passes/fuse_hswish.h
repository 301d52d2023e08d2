// Before: a = Add(x, 3), c = Clip(a, 0, 6), m = Mul(x, c), y = Div(m, 6)
// After:  y = HardSwish(x)
//
// Also x · HardSigmoid(x) with alpha 1/6 and beta 1/2, and the division spelled as Mul by 1/6 or
// standing anywhere among the factors.
//
// Not: with other constants (ONNX's HardSigmoid has alpha 0.2 unless told otherwise); if something
// between x and y is read elsewhere.
#pragma once

#include "graph_ir/fusion_rules.h"
#include "graph_ir/graph.h"

namespace tacho {

bool fuse_hswish(Graph& graph, const FusionRules& rules = {});

}  // namespace tacho
