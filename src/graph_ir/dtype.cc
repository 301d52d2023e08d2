#include "graph_ir/dtype.h"

#include <array>

namespace tacho {
namespace {

struct Facts {
  std::string_view name;
  int bits;
  char kind;  // 'i' integer or bool, 'f' float, '-' neither
};

constexpr std::array<Facts, 23> kFacts = {{
    {"unknown", 0, '-'},        {"float32", 32, 'f'},   {"uint8", 8, 'i'},
    {"int8", 8, 'i'},           {"uint16", 16, 'i'},    {"int16", 16, 'i'},
    {"int32", 32, 'i'},         {"int64", 64, 'i'},     {"string", 0, '-'},
    {"bool", 8, 'i'},           {"float16", 16, 'f'},   {"float64", 64, 'f'},
    {"uint32", 32, 'i'},        {"uint64", 64, 'i'},    {"complex64", 64, '-'},
    {"complex128", 128, '-'},   {"bfloat16", 16, 'f'},  {"float8e4m3fn", 8, 'f'},
    {"float8e4m3fnuz", 8, 'f'}, {"float8e5m2", 8, 'f'}, {"float8e5m2fnuz", 8, 'f'},
    {"uint4", 4, 'i'},          {"int4", 4, 'i'},
}};

const Facts& facts(DType t) {
  const auto i = static_cast<size_t>(t);
  return i < kFacts.size() ? kFacts[i] : kFacts[0];
}

}  // namespace

int dtype_bits(DType t) { return facts(t).bits; }
bool is_integer(DType t) { return facts(t).kind == 'i'; }
bool is_float(DType t) { return facts(t).kind == 'f'; }
std::string_view dtype_name(DType t) { return facts(t).name; }

}  // namespace tacho
