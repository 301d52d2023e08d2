// The tensors that a graph starts with: its constants and made-up inputs.
#pragma once

#include "backends/libtorch/step.h"

namespace tacho::libtorch {

/// A constant of the graph: its elements where they are known, else random ones of a scale that
/// keeps a deep network's activations finite, by what reads it: weights uniform within
/// ±sqrt(3 / fan-in) (Kaiming's rule for gain 1), scales and variances around 1, indices in range.
/// The same for the same graph. Refuses a type that ATen has not.
at::Tensor constant_tensor(const Graph& graph, ValueId id);

/// What the graph is fed with: floats normal around 0 with deviation 1, integers 0 and 1 in turn.
at::Tensor input_tensor(const Graph& graph, ValueId id);

}  // namespace tacho::libtorch
