// Operators that have no shape rule: what their outputs' dims can be taken from instead.
#pragma once

#include <optional>

#include "graph_ir/infer/context.h"

namespace tacho {

/// What the file declares for output `output` of the node, or null if it declares nothing or
/// something symbolic. Under a batch override dimension 0 is scaled as that of the node's inputs
/// was.
std::optional<Dims> declared_dims_at_batch(const InferRun& run, NodeId node, size_t output);

/// Whether an operator of this type can be taken to give its first input's dims: its name contains
/// the name of a function that works element by element or row by row (Gelu, Swish, Norm, Dropout,
/// …), in any case.
bool preserves_shape_by_name(std::string_view op_type);

/// Sets the node's outputs from what the file declares, else from input 0 if its name says that it
/// preserves shapes. False if neither can be done.
bool infer_without_rule(InferRun& run, NodeId node);

}  // namespace tacho
