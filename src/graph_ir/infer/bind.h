// Gives every graph input its dims: those of --shape, --batch, or 1 where nothing is known.
#pragma once

#include "graph_ir/infer/infer_shapes.h"

namespace tacho {

/// The dims of each graph input, in the order of Graph::inputs.
struct BoundInputs {
  std::vector<Dims> asked;  ///< what the graph is to be inferred at
  std::vector<Dims>
      declared;  ///< the same with dimension 0 as the file declares it (1 if symbolic)
  int64_t declared_batch = 1;  ///< dimension 0 of the first input, as the file declares it
  Notices notices;
};

/// Throws Error: kUsage for a shape of an input that does not exist (the nearest name is offered),
/// of another rank, or a dimension below 1; kInput for an input of which the file tells nothing, or
/// that is too large.
BoundInputs bind_inputs(const Graph& graph, const BindOptions& options);

}  // namespace tacho
