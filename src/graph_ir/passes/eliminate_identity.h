// Before: a = f(x), b = Dropout(a), y = g(b)
// After:  a = f(x), y = g(a)
//
// Nodes that give back their input go: Identity, Dropout outside training, Cast to the type it has,
// Reshape, Flatten, Squeeze, Unsqueeze, Expand, Tile, Slice, Resize, Upsample to the shape it has,
// Transpose that keeps the order, Pad by nothing, Concat, Sum, Max, Min or Mean of one, Split into
// one, AveragePool or MaxPool with a window of one.
//
// Not: a Dropout whose mask is read or whose training_mode is set; a Slice that reverses; a Pad
// that shifts (crops on one side what it pads on the other); a Resize that crops.
#pragma once

#include "graph_ir/graph.h"

namespace tacho {

bool eliminate_identity(Graph& graph);

}  // namespace tacho
