#include "graph_ir/onnx_tensor_writer.h"

#include <cstring>

#include "common/error.h"
#include "graph_ir/made_up_tensors.h"

namespace tacho {
namespace {

constexpr size_t kMostBytes = (size_t{1} << 31) - 1;  // protobuf's

uint16_t bfloat_bits(double x) {
  const auto f = static_cast<float>(x);
  uint32_t bits;
  std::memcpy(&bits, &f, 4);
  return static_cast<uint16_t>(bits >> 16);
}

// Rounded towards zero; subnormals become zero, what is too large infinite.
uint16_t half_bits(double x) {
  const auto f = static_cast<float>(x);
  uint32_t bits;
  std::memcpy(&bits, &f, 4);
  const uint32_t sign = (bits >> 16) & 0x8000u;
  const int32_t exponent = static_cast<int32_t>((bits >> 23) & 0xff) - 127 + 15;
  if (exponent <= 0) return static_cast<uint16_t>(sign);
  if (exponent >= 31) return static_cast<uint16_t>(sign | 0x7c00u);
  return static_cast<uint16_t>(sign | (static_cast<uint32_t>(exponent) << 10) |
                               ((bits >> 13) & 0x3ffu));
}

template <typename T>
void append(std::string& raw, T value) {
  raw.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// False for types that have no such elements.
bool append_real(std::string& raw, DType type, double x) {
  switch (type) {
    case DType::kFloat32:
      append(raw, static_cast<float>(x));
      return true;
    case DType::kFloat64:
      append(raw, x);
      return true;
    case DType::kFloat16:
      append(raw, half_bits(x));
      return true;
    case DType::kBfloat16:
      append(raw, bfloat_bits(x));
      return true;
    default:
      return false;
  }
}

template <typename Real>
void append_all(std::string& raw, DType type, const std::vector<Real>& reals,
                const std::vector<int64_t>& ints) {
  const size_t width = static_cast<size_t>(dtype_bits(type)) / 8;
  for (const Real x : reals) {
    if (!append_real(raw, type, x)) return;
  }
  for (const int64_t i : ints) {  // little-endian: the low bytes come first
    raw.append(reinterpret_cast<const char*>(&i), width);
  }
}

}  // namespace

void OnnxTensorWriter::write(ValueId id, onnx::TensorProto& out) {
  const Value& v = graph_.value(id);
  if (!v.dims) throw Error("constant '" + v.name + "' has no dims");
  out.set_data_type(static_cast<int32_t>(v.dtype));
  for (const int64_t d : *v.dims) out.add_dims(d);
  const auto elements = static_cast<size_t>(checked_elements(*v.dims).value_or(0));
  const int bits = dtype_bits(v.dtype);
  const bool known = v.literal && v.literal->size() == elements;
  if (!known && !seed_) return;
  if (bits < 8) {
    throw Error("constant '" + v.name + "': elements of type " + std::string(dtype_name(v.dtype)) +
                " cannot be written");
  }
  bytes_ += elements * static_cast<size_t>(bits) / 8;
  if (bytes_ > kMostBytes) {
    throw Error(
        "with weights the model would be larger than the 2 GB of an ONNX file; write it "
        "without weights");
  }
  std::string& raw = *out.mutable_raw_data();
  const size_t width = static_cast<size_t>(bits) / 8;
  raw.reserve(elements * width);
  if (known) {
    append_all(raw, v.dtype, v.literal->reals, v.literal->ints);
  } else {
    const TensorData data = constant_data(graph_, id, *seed_);
    append_all(raw, v.dtype, data.reals, data.ints);
  }
  raw.resize(elements * width, '\0');  // of types that have no such elements
}

}  // namespace tacho
