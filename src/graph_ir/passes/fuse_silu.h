// Before: s = Sigmoid(x), y = Mul(x, s)
// After:  y = Silu(x)
//
// Not: if `s` is read elsewhere; if the Mul's other operand is not x (a gate, as in squeeze-and-
// excite or a gated unit); if the Sigmoid's argument is scaled (fuse_gelu knows one such).
#pragma once

#include "graph_ir/fusion_rules.h"
#include "graph_ir/graph.h"

namespace tacho {

bool fuse_silu(Graph& graph, const FusionRules& rules = {});

}  // namespace tacho
