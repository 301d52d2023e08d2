// Before: a = Conv(x, w, b), y = Add(a, r)                      r of a's shape, not constant
// After:  y = Conv(x, w, b, r) with Add in its fused list
//
// A residual connection ends in the convolution's kernel; an activation behind it follows in
// fuse_activation. Of two convolutions that are added, the one later in topological order takes the
// Add. The residual stands behind the bias, whose place is kept (absent if there is none).
//
// Not: if anything else reads `a` (so that no cycle can arise); if the Add broadcasts; if the
// convolution has an activation between itself and the Add; if `r` is constant; Add(a, a).
#pragma once

#include "graph_ir/fusion_rules.h"
#include "graph_ir/graph.h"

namespace tacho {

bool fuse_conv_add(Graph& graph, const FusionRules& rules = {});

}  // namespace tacho
