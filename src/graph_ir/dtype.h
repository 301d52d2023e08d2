// Tensor element types, with ONNX's numbering (onnx.TensorProto.DataType).
#pragma once

#include <cstdint>
#include <string_view>

namespace tacho {

enum class DType : int32_t {
  kUnknown = 0,
  kFloat32 = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kString = 8,
  kBool = 9,
  kFloat16 = 10,
  kFloat64 = 11,
  kUint32 = 12,
  kUint64 = 13,
  kComplex64 = 14,
  kComplex128 = 15,
  kBfloat16 = 16,
  kFloat8E4M3FN = 17,
  kFloat8E4M3FNUZ = 18,
  kFloat8E5M2 = 19,
  kFloat8E5M2FNUZ = 20,
  kUint4 = 21,
  kInt4 = 22,
};

/// Bits per element; 0 for unknown types and strings.
int dtype_bits(DType t);
/// Integers of any width, and bool.
bool is_integer(DType t);
bool is_float(DType t);
/// "float32", "int64", …; "unknown" for anything else.
std::string_view dtype_name(DType t);

}  // namespace tacho
