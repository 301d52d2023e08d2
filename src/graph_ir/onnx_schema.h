// What ONNX's own library knows of operators. Belongs to tacho_onnx_writer, as that links it.
#pragma once

#include <cstdint>
#include <string>

namespace tacho {

/// Whether ONNX has the operator at this opset of its domain; the library may be older than the
/// opset, and then answers for the newest one that it knows.
bool onnx_has_operator(const std::string& op_type, int64_t opset, const std::string& domain = "");

}  // namespace tacho
