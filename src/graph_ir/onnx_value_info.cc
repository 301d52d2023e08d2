#include "graph_ir/onnx_value_info.h"

namespace tacho {
namespace {

using wire::Field;
using wire::Message;

void read_shape(ByteSpan bytes, ValueInfo& info) {
  info.dims.emplace();
  Message shape(bytes);
  for (Field f; shape.next(f);) {
    if (f.number != 1) continue;
    int64_t size = kUnknownDim;
    std::string symbol = "?";
    Message dim(f.bytes);
    for (Field d; dim.next(d);) {
      if (d.number == 1) size = d.integer();
      if (d.number == 2) symbol = std::string(d.text());
    }
    if (size < 0) size = kUnknownDim;
    info.dims->push_back(size);
    info.symbols.push_back(size == kUnknownDim ? symbol : "");
    if (info.dims->size() > 64) throw Error("a value of rank over 64; the file is damaged");
  }
}

void read_type(ByteSpan bytes, ValueInfo& info) {
  Message type(bytes);
  for (Field f; type.next(f);) {
    if (f.number != 1 || f.type != 2) continue;  // tensor_type; sequences, maps: dims stay unknown
    Message tensor(f.bytes);
    for (Field t; tensor.next(t);) {
      if (t.number == 1) info.dtype = static_cast<DType>(t.integer());
      if (t.number == 2 && t.type == 2) read_shape(t.bytes, info);
    }
  }
}

}  // namespace

ValueInfo read_value_info(ByteSpan bytes) {
  ValueInfo info;
  Message message(bytes);
  for (Field f; message.next(f);) {
    if (f.number == 1) info.name = f.text();
    if (f.number == 2 && f.type == 2) read_type(f.bytes, info);
  }
  return info;
}

}  // namespace tacho
