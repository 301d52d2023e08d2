// Before: a = Squeeze(x), b = Reshape(a), y = Unsqueeze(b)
// After:  y = Reshape(x)
//
// A chain of views (Reshape, Flatten, Squeeze, Unsqueeze) is one Reshape of its first input; its
// target is its output's dims, so it has no shape operand. Links that others read as well stay for
// them. A chain that ends where it began is no Reshape at all: its readers read its input.
//
// Not: a single view; a chain with a Transpose, which moves bytes, between.
#pragma once

#include "graph_ir/graph.h"

namespace tacho {

bool merge_reshapes(Graph& graph);

}  // namespace tacho
