// ONNX's text syntax (onnx/defs/parser.h), by ONNX's own parser; in the library tacho_onnx_writer.
#pragma once

#include <string>

namespace tacho {

/// The serialised model. A text that begins with '<' is a whole model; else it is a graph, "g
/// (float[1,3] x) => (float[1,3] y) { y = Relu(x) }", with opset 17. Throws Error with what the
/// parser says, which names line and column.
std::string onnx_from_text(const std::string& text);

}  // namespace tacho
