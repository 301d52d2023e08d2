// The table from operator to shape rule: one entry per operator, one file per family.
#pragma once

#include "graph_ir/infer/context.h"

namespace tacho {

/// The rule for `op`; null if there is none.
ShapeRule find_shape_rule(Op op);

// Each family's rules; `rules.cc` is the only caller.
// elementwise.cc
void infer_unary(InferContext&);      ///< output like input 0
// (see rules.cc for the complete list)

}  // namespace tacho
