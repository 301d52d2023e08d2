// Before: w = constant, t = Transpose(w), y = MatMul(x, t)
// After:  t = constant, y = MatMul(x, t)
//
// Nodes all of whose outputs are known before the graph runs (Value::is_constant, which shape
// inference sets together with folded_from) go; their outputs stay as constants without a producer.
//
// Not: a node that reads an input of the graph, however little of it; DequantizeLinear, which
// fuse_qdq folds into the weight's reader so that the weight keeps its narrow type.
#pragma once

#include "graph_ir/graph.h"

namespace tacho {

bool fold_constants(Graph& graph);

}  // namespace tacho
