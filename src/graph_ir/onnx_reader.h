// Reads an ONNX file (protobuf wire format) into a Graph, skipping over the weights' bytes.
//
// Of a tensor only name, dims and dtype are kept, and the elements where there are few enough of
// them to matter for shapes or patterns: integers up to kMaxLiteralElements, floats up to
// kMaxFloatLiteral. All other bytes are stepped over, so that memory and time follow the number of
// nodes, not the weights.
#pragma once

#include <string>

#include "common/mapped_file.h"
#include "graph_ir/graph.h"

namespace tacho {

constexpr size_t kMaxFloatLiteral = 64;

/// Supported: opset 7 to 21 of the default domain, IR version 3 to 10.
/// Throws Error (kInput: not ONNX, truncated, damaged, cyclic, a value without a producer;
/// kUnsupported: opset or IR version out of range, subgraphs, functions), without the file's name.
Graph read_onnx(ByteSpan bytes);

/// The same for a file; errors begin with the path.
Graph read_onnx_file(const std::string& path);

/// Elements of all initializers of the file, as the manifest's `init_numel` counts them.
int64_t initializer_elements(const Graph& graph);

}  // namespace tacho
