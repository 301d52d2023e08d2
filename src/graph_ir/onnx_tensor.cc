#include "graph_ir/onnx_tensor.h"

#include <cmath>
#include <fstream>

#include "graph_ir/onnx_reader.h"

namespace tacho {
namespace {

// Everything of a TensorProto that is looked at; the payloads are views.
struct RawTensor {
  std::string_view name;
  Dims dims;
  DType dtype = DType::kUnknown;
  bool external = false;
  std::string_view location;
  int64_t offset = 0;
  bool has_raw = false;
  ByteSpan raw;
  std::vector<ByteSpan> packed;     // chunks of the typed field, packed
  std::vector<wire::Field> single;  // its elements, unpacked
  uint32_t typed_field = 0;
};

void add_dims(const wire::Field& field, Dims& dims) {
  if (field.type == 0) {
    dims.push_back(field.integer());
    return;
  }
  wire::Message numbers(field.bytes);
  for (uint64_t d; numbers.next_varint(d);) {
    dims.push_back(static_cast<int64_t>(d));
    if (dims.size() > 64) throw Error("a tensor of rank over 64");
  }
}

void read_external_entry(ByteSpan entry, RawTensor& tensor) {
  wire::Message message(entry);
  std::string_view key, value;
  for (wire::Field f; message.next(f);) {
    if (f.number == 1) key = f.text();
    if (f.number == 2) value = f.text();
  }
  if (key == "location") tensor.location = value;
  if (key == "offset") tensor.offset = std::atoll(std::string(value).c_str());
}

RawTensor scan(ByteSpan bytes) {
  RawTensor tensor;
  wire::Message message(bytes);
  for (wire::Field f; message.next(f);) {
    switch (f.number) {
      case 1:
        add_dims(f, tensor.dims);
        break;
      case 2:
        tensor.dtype = static_cast<DType>(f.integer());
        break;
      case 4:   // float_data
      case 5:   // int32_data: also int8, int16, bool, float16
      case 7:   // int64_data
      case 10:  // double_data
      case 11:  // uint64_data
        tensor.typed_field = f.number;
        if (f.type == 2) {
          tensor.packed.push_back(f.bytes);
        } else if (tensor.single.size() <= kMaxLiteralElements) {
          tensor.single.push_back(f);
        }
        break;
      case 8:
        tensor.name = f.text();
        break;
      case 9:
        tensor.has_raw = f.bytes.size > 0;
        tensor.raw = f.bytes;
        break;
      case 13:
        read_external_entry(f.bytes, tensor);
        break;
      case 14:
        tensor.external = f.integer() == 1;
        break;
      default:
        break;
    }
    if (tensor.dims.size() > 64) throw Error("a tensor of rank over 64");
  }
  return tensor;
}

double half_to_double(uint16_t h) {
  const int exponent = (h >> 10) & 31, mantissa = h & 1023;
  double value = exponent == 0    ? std::ldexp(mantissa, -24)
                 : exponent == 31 ? (mantissa ? NAN : INFINITY)
                                  : std::ldexp(1024 + mantissa, exponent - 25);
  return h & 0x8000 ? -value : value;
}

template <typename T>
T load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// Element i of raw little-endian data as a double (floats) or an int64 (integers).
double real_at(const uint8_t* data, DType t, size_t i) {
  switch (t) {
    case DType::kFloat32:
      return load<float>(data + 4 * i);
    case DType::kFloat64:
      return load<double>(data + 8 * i);
    case DType::kFloat16:
      return half_to_double(load<uint16_t>(data + 2 * i));
    case DType::kBfloat16: {
      const uint32_t bits = uint32_t{load<uint16_t>(data + 2 * i)} << 16;
      return load<float>(reinterpret_cast<const uint8_t*>(&bits));
    }
    default:
      return 0;
  }
}

int64_t int_at(const uint8_t* data, DType t, size_t i) {
  switch (t) {
    case DType::kInt64:
      return load<int64_t>(data + 8 * i);
    case DType::kUint64:
      return static_cast<int64_t>(load<uint64_t>(data + 8 * i));
    case DType::kInt32:
      return load<int32_t>(data + 4 * i);
    case DType::kUint32:
      return load<uint32_t>(data + 4 * i);
    case DType::kInt16:
      return load<int16_t>(data + 2 * i);
    case DType::kUint16:
      return load<uint16_t>(data + 2 * i);
    case DType::kInt8:
      return static_cast<int8_t>(data[i]);
    default:
      return data[i];  // uint8, bool
  }
}

void literal_from_raw(const uint8_t* data, DType t, size_t count, Literal& literal) {
  for (size_t i = 0; i < count; ++i) {
    if (is_float(t)) {
      literal.reals.push_back(real_at(data, t, i));
    } else {
      literal.ints.push_back(int_at(data, t, i));
    }
  }
}

// One element of a typed field, which says how its bits are to be read.
void add_typed(uint32_t field, DType t, const wire::Field& value, Literal& literal) {
  if (field == 4) {
    literal.reals.push_back(value.float32());
  } else if (field == 10) {
    literal.reals.push_back(value.float64());
  } else if (is_float(t)) {  // float16 and bfloat16 bits in int32_data; no other float has its
                             // place there
    if (dtype_bits(t) != 16) throw Error("integers where floats belong; the file is damaged");
    const auto bits = static_cast<uint16_t>(value.bits);
    literal.reals.push_back(real_at(reinterpret_cast<const uint8_t*>(&bits), t, 0));
  } else {
    literal.ints.push_back(field == 5 ? static_cast<int32_t>(value.bits) : value.integer());
  }
}

void literal_from_typed(const RawTensor& tensor, size_t count, Literal& literal) {
  for (const wire::Field& f : tensor.single)
    add_typed(tensor.typed_field, tensor.dtype, f, literal);
  for (const ByteSpan& chunk : tensor.packed) {
    wire::Field f;
    const size_t width = tensor.typed_field == 4 ? 4 : tensor.typed_field == 10 ? 8 : 0;
    if (width > 0) {
      for (size_t at = 0; at + width <= chunk.size && literal.size() <= count; at += width) {
        f.bits = width == 4 ? load<uint32_t>(chunk.data + at) : load<uint64_t>(chunk.data + at);
        add_typed(tensor.typed_field, tensor.dtype, f, literal);
      }
    } else {
      wire::Message numbers(chunk);
      while (literal.size() <= count && numbers.next_varint(f.bits)) {
        add_typed(tensor.typed_field, tensor.dtype, f, literal);
      }
    }
  }
}

// External integers that a shape may depend on. A missing file is no fault: only the shapes that
// need it will be.
void literal_from_file(const RawTensor& tensor, size_t bytes, const std::string& folder,
                       Literal& literal, size_t count) {
  const std::string location(tensor.location);
  if (folder.empty() || location.empty() || location.front() == '/' || tensor.offset < 0 ||
      location.find("..") != std::string::npos) {
    return;
  }
  std::ifstream file(folder + "/" + location, std::ios::binary);
  std::string data(bytes, '\0');
  if (!file.seekg(tensor.offset) || !file.read(data.data(), static_cast<std::streamsize>(bytes)))
    return;
  literal_from_raw(reinterpret_cast<const uint8_t*>(data.data()), tensor.dtype, count, literal);
}

Value to_value(const RawTensor& tensor, const std::string& folder) {
  Value value;
  value.name = std::string(tensor.name);
  value.dtype = tensor.dtype;
  value.is_constant = true;
  const std::optional<int64_t> elements = checked_elements(tensor.dims);
  if (!elements)
    throw Error("dims " + dims_text(tensor.dims) + " are impossible; the file is damaged");
  value.dims = tensor.dims;

  const int bits = dtype_bits(tensor.dtype);
  const size_t limit = is_float(tensor.dtype) ? kMaxFloatLiteral : kMaxLiteralElements;
  const auto count = static_cast<size_t>(*elements);
  if (bits < 8 || count > limit || (!is_float(tensor.dtype) && !is_integer(tensor.dtype)))
    return value;
  if (is_float(tensor.dtype) && (bits == 8)) return value;
  const size_t bytes = count * static_cast<size_t>(bits) / 8;
  Literal literal;
  if (tensor.external) {
    if (is_integer(tensor.dtype)) literal_from_file(tensor, bytes, folder, literal, count);
  } else if (tensor.has_raw) {
    if (tensor.raw.size != bytes) {
      throw Error(std::to_string(tensor.raw.size) + " bytes of data for dims " +
                  dims_text(tensor.dims) + " of " + std::string(dtype_name(tensor.dtype)) +
                  "; the file is damaged");
    }
    literal_from_raw(tensor.raw.data, tensor.dtype, count, literal);
  } else {
    literal_from_typed(tensor, count, literal);
  }
  // Fewer elements than dims promise: the weights were dropped on purpose (weightless files).
  if (literal.size() == count && (literal.reals.empty() || literal.ints.empty()))
    value.literal = std::move(literal);
  return value;
}

}  // namespace

Value read_tensor(ByteSpan tensor_proto, const std::string& folder) {
  const RawTensor tensor = scan(tensor_proto);
  return with_context("tensor '" + std::string(tensor.name) + "'",
                      [&] { return to_value(tensor, folder); });
}

}  // namespace tacho
