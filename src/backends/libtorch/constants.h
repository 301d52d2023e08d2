// The tensors that a graph starts with (graph_ir/made_up_tensors.h), as ATen's.
#pragma once

#include "backends/libtorch/step.h"

namespace tacho::libtorch {

/// Refuses a type that ATen has not.
at::Tensor constant_tensor(const Graph& graph, ValueId id);
at::Tensor input_tensor(const Graph& graph, ValueId id);

}  // namespace tacho::libtorch
