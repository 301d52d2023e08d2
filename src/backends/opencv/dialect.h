// ONNX as OpenCV's importer wants it spelled.
#pragma once

#include "graph_ir/graph.h"

namespace tacho::opencv {

/// Before/After, same results:
///   Conv, ConvTranspose without kernel_shape   → with it, from the weight's dims
///   Clip (inputs min, max, as from opset 11)   → attributes min, max, as in opset 6
/// Only where the inputs are known constants; what stays as it is, the importer refuses.
Graph in_dialect(Graph graph);

}  // namespace tacho::opencv
