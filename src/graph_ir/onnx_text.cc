#include "graph_ir/onnx_text.h"

#include <onnx/defs/parser.h>
#include <onnx/onnx_pb.h>

#include "common/error.h"
#include "common/text.h"

namespace tacho {

std::string onnx_from_text(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) throw Error("the text is empty");
  const std::string header = "<ir_version: 8, opset_import: [\"\" : 17]> ";
  const std::string whole = text[begin] == '<' ? text : header + text;
  onnx::ModelProto model;
  const auto status = onnx::OnnxParser::Parse(model, whole.c_str());
  if (!status.IsOK()) throw Error("not ONNX's text syntax: " + printable(status.ErrorMessage()));
  return model.SerializeAsString();
}

}  // namespace tacho
