// ONNX's TensorProto without its weights.
#pragma once

#include <string>
#include <string_view>

#include "graph_ir/graph.h"
#include "graph_ir/onnx_wire.h"

namespace tacho {

/// Reads name, dims and dtype, and the elements where they are kept (see onnx_reader.h). `folder`
/// is where external data lies; small integer tensors are fetched from there if the file is
/// present. The result is a constant without is_initializer. Throws Error naming the tensor.
Value read_tensor(ByteSpan tensor_proto, const std::string& folder);

}  // namespace tacho
