// FBNet's search space (Wu et al., CVPR 2019) on CIFAR-100, as HELP measured it: 22 blocks between
// a fixed stem and head.
//
// A block is "skip" or "kK_eE" or "kK_eE_gG": 1×1 convolution to E times the channels, depthwise
// K×K, 1×1, the two 1×1 in G groups with a channel shuffle after the first. "skip" is the identity,
// or a 1×1 convolution where the block changes the shape.
#pragma once

#include <string_view>

#include "graph_ir/graph.h"

namespace tacho {

/// Throws Error (usage) naming the block that is wrong.
Graph build_fbnet(std::string_view blocks, int64_t batch);

}  // namespace tacho
