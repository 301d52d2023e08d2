// Before: a = Reshape(x, [N, G, -1]), i = InstanceNormalization(a, 1, 0),
//         b = Reshape(i, shape of x), m = Mul(b, scale), y = Add(m, bias)
// After:  y = GroupNormalization(x, scale, bias) with attribute num_groups = G
//
// Scale and bias hold one element per channel; both may be missing. The InstanceNormalization's own
// two, constant, are those of the groups and go.
//
// Not: if the Reshapes do not bring x's shape back; if the Mul's or Add's other operand is not
// constant; a plain InstanceNormalization, which stays one.
#pragma once

#include "graph_ir/fusion_rules.h"
#include "graph_ir/graph.h"

namespace tacho {

bool fuse_group_norm(Graph& graph, const FusionRules& rules = {});

}  // namespace tacho
