#include "graph_ir/onnx_schema.h"

#include <onnx/defs/schema.h>

namespace tacho {

bool onnx_has_operator(const std::string& op_type, int64_t opset, const std::string& domain) {
  return onnx::OpSchemaRegistry::Schema(op_type, static_cast<int>(opset), domain) != nullptr;
}

}  // namespace tacho
