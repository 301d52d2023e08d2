// Graphs for tests, written in ONNX's text syntax (onnx/defs/parser.h).
#pragma once

#include <onnx/defs/parser.h>
#include <onnx/onnx_pb.h>

#include <stdexcept>
#include <string>

#include "graph_ir/onnx_reader.h"

namespace tacho::testing {

/// The serialised model. A text that begins with '<' is a whole model; else the body of a graph
/// ("agraph (float[1,3] x) => (float[1,3] y) { y = Relu(x) }"), with opset 17.
inline std::string model_bytes(const std::string& text) {
  const bool whole = text[text.find_first_not_of(" \n")] == '<';
  const std::string model_text = whole ? text : "<ir_version: 8, opset_import: [\"\" : 17]> " + text;
  onnx::ModelProto model;
  const auto status = onnx::OnnxParser::Parse(model, model_text.c_str());
  if (!status.IsOK()) throw std::runtime_error(status.ErrorMessage());
  return model.SerializeAsString();
}

inline Graph graph_from_bytes(const std::string& bytes) {
  return read_onnx({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
}

inline Graph graph_from_text(const std::string& text) { return graph_from_bytes(model_bytes(text)); }

}  // namespace tacho::testing
