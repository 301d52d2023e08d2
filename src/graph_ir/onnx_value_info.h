// ONNX's ValueInfoProto: the declared type of a value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph_ir/graph.h"
#include "graph_ir/onnx_wire.h"

namespace tacho {

struct ValueInfo {
  std::string_view name;  ///< a view into the bytes
  DType dtype = DType::kUnknown;
  std::optional<Dims> dims;          ///< nullopt: no shape, or no tensor
  std::vector<std::string> symbols;  ///< per dimension: the symbol of an unknown one, else ""
};

/// Throws Error on what no ValueInfoProto has.
ValueInfo read_value_info(ByteSpan bytes);

}  // namespace tacho
