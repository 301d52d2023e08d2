// The numbers that a network without weights is run with. They are a function of the graph alone,
// the same on every machine and for every runtime, so that what runtimes compute can be compared.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph_ir/graph.h"

namespace tacho {

/// The elements of a tensor, row-major. Exactly one of the two is used, by the value's dtype:
/// `reals` for floats of any width, `ints` for integers and bool.
struct TensorData {
  std::vector<float> reals;
  std::vector<int64_t> ints;
};

/// What files and seeds call a value: its own name, or "value_7" where it has none.
std::string value_name(const Graph& graph, ValueId id);

/// Of a constant without a producer: its elements where they are known, else made-up ones of a
/// scale that keeps a deep network's activations finite, by what reads it. Weights are uniform
/// within ±sqrt(3 / fan-in) (He et al. 2015, for gain 1), scales and variances within [0.5, 1.5],
/// other floats within ±0.1; indices are in range, other integers 0. The value needs dims.
/// Elements depend on `seed` and the value's name, so that a graph that was written and read again
/// gets the same.
TensorData constant_data(const Graph& graph, ValueId id, uint64_t seed = 0);

/// What a graph's input is fed with: floats of mean 0, variance 1 and bell shape within ±3.5,
/// integers 0 and 1 in turn. `seed` as above.
TensorData input_data(const Graph& graph, ValueId id, uint64_t seed = 0);

}  // namespace tacho
