// Before: s = Softplus(x), t = Tanh(s), y = Mul(x, t)
// After:  y = Mish(x)
//
// Not: if `s` or `t` is read elsewhere; if the Mul's other operand is not x.
#pragma once

#include "graph_ir/fusion_rules.h"
#include "graph_ir/graph.h"

namespace tacho {

bool fuse_mish(Graph& graph, const FusionRules& rules = {});

}  // namespace tacho
