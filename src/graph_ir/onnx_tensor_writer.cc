#include "graph_ir/onnx_tensor_writer.h"

#include <cmath>
#include <cstring>

#include "common/error.h"

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

}  // namespace

OnnxTensorWriter::OnnxTensorWriter(std::optional<uint64_t> seed)
    : filled_(seed.has_value()), random_(seed.value_or(0)) {}

void OnnxTensorWriter::write(const Value& v, onnx::TensorProto& out) {
  if (!v.dims) throw Error("constant '" + v.name + "' has no dims");
  out.set_data_type(static_cast<int32_t>(v.dtype));
  for (const int64_t d : *v.dims) out.add_dims(d);
  const auto elements = static_cast<size_t>(checked_elements(*v.dims).value_or(0));
  const int bits = dtype_bits(v.dtype);
  const bool known = v.literal && v.literal->size() == elements;
  if (!known && !filled_) return;
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
  if (!known) return fill(v, elements, raw);
  for (const double x : v.literal->reals) append_real(raw, v.dtype, x);
  for (const int64_t i : v.literal->ints) {  // little-endian: the low bytes come first
    raw.append(reinterpret_cast<const char*>(&i), static_cast<size_t>(bits) / 8);
  }
}

// Vectors, which scale, shift or normalise, lie in [0.5, 1.5]: no variance is negative, and nothing
// vanishes on the way through a deep network. Matrices keep the scale of what they multiply.
double OnnxTensorWriter::draw(const Dims& dims, size_t elements) {
  const double unit = static_cast<double>(random_() >> 11) * 0x1p-53;
  if (dims.size() < 2 || dims[0] == 0) return 0.5 + unit;
  const double fan_in = static_cast<double>(elements) / static_cast<double>(dims[0]);
  return (2 * unit - 1) * std::sqrt(3 / fan_in);
}

void OnnxTensorWriter::fill(const Value& v, size_t elements, std::string& raw) {
  const size_t width = static_cast<size_t>(dtype_bits(v.dtype)) / 8;
  raw.reserve(elements * width);
  for (size_t i = 0; i < elements; ++i) {
    if (!append_real(raw, v.dtype, draw(*v.dims, elements))) break;
  }
  raw.resize(elements * width, '\0');  // integers
}

}  // namespace tacho
