// Before: m = ReduceMean(x, axes [2, 3]), r = Conv(m, w1, b1), a = Relu(r), e = Conv(a, w2, b2),
//         g = Sigmoid(e), y = Mul(x, g)
// After:  y = SqueezeExcite(x, w1, b1, w2, b2); what stands between pooling and scaling is its
//         fused list, in order of execution
//
// The squeeze is ReduceMean over the spatial axes or GlobalAveragePool; the gate is Sigmoid,
// HardSigmoid or its Clip spelling; between them stand one to three convolutions or fully connected
// layers (one: ECA, ESE) with any activation, constants added or multiplied, normalizations and
// changes of shape. Runs before fuse_activation, so that every part is still a node of its own, and
// after the passes that recognise activations and fold batch normalizations.
//
// Not: if the pooled tensor is not the one that is gated; if the gate or a part of it is read
// elsewhere or computed from something else as well.
#pragma once

#include "graph_ir/fusion_rules.h"
#include "graph_ir/graph.h"

namespace tacho {

bool fuse_squeeze_excite(Graph& graph, const FusionRules& rules = {});

}  // namespace tacho
