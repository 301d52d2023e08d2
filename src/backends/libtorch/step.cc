#include "backends/libtorch/step.h"

namespace tacho::libtorch {

at::ScalarType scalar_type(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
      return at::kFloat;
    case DType::kFloat64:
      return at::kDouble;
    case DType::kBfloat16:
      return at::kBFloat16;
    case DType::kInt64:
      return at::kLong;
    case DType::kInt32:
      return at::kInt;
    case DType::kInt16:
      return at::kShort;
    case DType::kInt8:
      return at::kChar;
    case DType::kUint8:
      return at::kByte;
    case DType::kBool:
      return at::kBool;
    default:
      throw Refusal("type " + std::string(dtype_name(dtype)) + " is not supported");
  }
}

}  // namespace tacho::libtorch
