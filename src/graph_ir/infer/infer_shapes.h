// Shape inference: from bound inputs to the dims, dtype and (where they are shape computations)
// elements of every value.
#pragma once

#include <string>
#include <vector>

#include "graph_ir/graph.h"

namespace tacho {

struct InputShape {
  std::string name;
  Dims dims;
};

struct BindOptions {
  /// Replaces dimension 0 of every input whose dimension 0 is symbolic or equals that of the first
  /// input.
  std::optional<int64_t> batch;
  /// Whole shapes by input name; stronger than `batch`.
  std::vector<InputShape> shapes;
};

/// What was decided without having been asked for, one line each ("input 'x': dimension 'seq' is
/// unknown, set to 1; --shape x:1xSEQ sets it").
using Notices = std::vector<std::string>;

/// Binds the inputs and infers every value, in place. Where a batch is asked for that differs from
/// the one the file declares, the graph is inferred at the declared batch first, and constants that
/// contain the batch (targets of Reshape and Expand, sizes of Resize) follow the way it takes
/// through the dims. An operator without a rule takes its output's declared dims, else, if its name
/// says that it preserves shapes, its input's; else it is an error (kUnsupported) that lists all
/// such operators of the graph. Throws Error naming node, operator, inputs and shapes.
Notices infer_shapes(Graph& graph, const BindOptions& options);

}  // namespace tacho
