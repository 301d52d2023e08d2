// Before: a = Reshape(x, [N, G, C/G, H, W]), t = Transpose(a, [0, 2, 1, 3, 4]),
//         y = Reshape(t, [N, C, H, W])
// After:  y = ChannelShuffle(x) with attribute group = G
//
// Not: another permutation (a pixel shuffle has rank 6, multi-head attention moves other axes); if
// the last Reshape does not bring x's shape back; if something between is read elsewhere.
#pragma once

#include "graph_ir/fusion_rules.h"
#include "graph_ir/graph.h"

namespace tacho {

bool fuse_channel_shuffle(Graph& graph, const FusionRules& rules = {});

}  // namespace tacho
