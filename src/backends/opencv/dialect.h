// ONNX as OpenCV's importer wants it spelled.
//
// What is said of OpenCV 4.6 was seen there, the only version tried. Spellings mean the same to
// every version, so they are made for all; what 4.6 computes wrongly is refused on all, until
// somebody has run the tests of references (tests/backends/references_test.cc) against a version
// that does not.
#pragma once

#include <string>
#include <vector>

#include "graph_ir/graph.h"

namespace tacho::opencv {

/// Before/After, same results:
///   Conv, ConvTranspose without kernel_shape   → with it, from the weight's dims
///   Clip (inputs min, max, as from opset 11)   → attributes min, max, as in opset 6
///   HardSigmoid with its default beta written   → without it: OpenCV 4.6 takes the product of what
///       has alpha 1/6 and beta 1/2 with anything for a hard swish
///   Split into unequal sizes                   → sizes as the attribute split, as in opset 11:
///       OpenCV 4.6 does not read the input, nor num_outputs, and splits evenly
/// Only where the inputs are known constants; what stays as it is, the importer refuses.
Graph in_dialect(Graph graph);

/// A line per node that OpenCV 4.6 takes and computes wrongly: a product of two computed matrices
/// that is then scaled by a constant, which it fuses; a Split of which an output is absent.
std::vector<std::string> computed_wrongly(const Graph& graph);

}  // namespace tacho::opencv
