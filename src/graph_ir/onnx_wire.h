// Walks protobuf's wire format in place.
//
// Why not the generated classes: they copy every byte of every tensor. This touches only what it is
// asked for; names are views into the bytes. Format:
// https://protobuf.dev/programming-guides/encoding
#pragma once

#include <cstring>
#include <string_view>

#include "common/error.h"
#include "common/mapped_file.h"

namespace tacho::wire {

/// One field of a message: its number and its value, which is a number or a run of bytes.
struct Field {
  uint32_t number = 0;
  uint32_t type = 0;  ///< wire type: 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes
  uint64_t bits = 0;  ///< of types 0, 1 and 5
  ByteSpan bytes;     ///< of type 2

  int64_t integer() const { return static_cast<int64_t>(bits); }
  float float32() const {
    const auto low = static_cast<uint32_t>(bits);
    float f;
    std::memcpy(&f, &low, sizeof f);
    return f;
  }
  double float64() const {
    double d;
    std::memcpy(&d, &bits, sizeof d);
    return d;
  }
  std::string_view text() const { return {reinterpret_cast<const char*>(bytes.data), bytes.size}; }
};

/// The fields of one message, in file order. Throws Error on bytes that no message has.
class Message {
 public:
  explicit Message(ByteSpan bytes) : at_(bytes.data), end_(bytes.data + bytes.size) {}

  bool next(Field& field) {
    if (at_ == end_) return false;
    const uint64_t key = varint();
    field.type = static_cast<uint32_t>(key & 7);
    if (key >> 3 == 0 || key >> 3 > 0x1fffffff) fail("a field number out of range");
    field.number = static_cast<uint32_t>(key >> 3);
    field.bits = 0;
    field.bytes = {};
    switch (field.type) {
      case 0:
        field.bits = varint();
        break;
      case 1:
        field.bits = fixed(8);
        break;
      case 2: {
        const uint64_t size = varint();
        if (size > static_cast<uint64_t>(end_ - at_))
          fail("a field that reaches past its end (truncated?)");
        field.bytes = {at_, static_cast<size_t>(size)};
        at_ += size;
        break;
      }
      case 5:
        field.bits = fixed(4);
        break;
      default:
        fail("wire type " + std::to_string(field.type));
    }
    return true;
  }

  /// For packed repeated varints: the rest of the span as numbers.
  bool next_varint(uint64_t& number) {
    if (at_ == end_) return false;
    number = varint();
    return true;
  }

 private:
  [[noreturn]] static void fail(const std::string& what) {
    throw Error("not a valid ONNX file: its protobuf encoding has " + what);
  }

  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at_ == end_) fail("a number cut short (truncated?)");
      const uint8_t byte = *at_++;
      if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    fail("a number of more than ten bytes");
  }

  uint64_t fixed(int size) {
    if (end_ - at_ < size) fail("a number cut short (truncated?)");
    uint64_t value = 0;
    std::memcpy(&value, at_, static_cast<size_t>(size));  // little-endian, as all our hosts are
    at_ += size;
    return value;
  }

  const uint8_t* at_;
  const uint8_t* end_;
};

}  // namespace tacho::wire
