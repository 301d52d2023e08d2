// Which values of a graph are held in integers of 8 bits, and how.
#pragma once

#include <map>
#include <vector>

#include "backends/onednn/builder.h"

namespace tacho::onednn {

/// What a value was seen to hold.
struct Range {
  float low = 0, high = 0;
};
using Ranges = std::map<ValueId, Range>;

/// Post-training quantisation. In 8 bits are convolutions and matrix products with constant
/// weights; what only moves or compares numbers between two of them (poolings over windows, Reshape
/// and its like, Concat) and sums of two such. Everything else stays in floats: transposed
/// convolutions, other arithmetic, normalisations, softmax, global pools, activations that are not
/// part of a product. Scales are symmetric, without zero points; unsigned where nothing negative
/// was seen. Values that are poolings or parts of each other share one scale.
Quantization quantization_of(const Graph& graph, const std::vector<Group>& groups,
                             const std::vector<char>& constant, const Ranges& seen);

/// What the values hold for two made-up inputs, in a run in float32.
Ranges calibrate(const Graph& graph);

}  // namespace tacho::onednn
