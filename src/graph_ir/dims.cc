#include "graph_ir/dims.h"

namespace tacho {

std::optional<int64_t> checked_elements(const Dims& dims) {
  int64_t product = 1;
  bool empty = false;
  for (const int64_t d : dims) {
    if (d < 0) return std::nullopt;
    if (d == 0) {
      empty = true;
      continue;
    }
    if (d > kMaxElements / product) return std::nullopt;
    product *= d;
  }
  return empty ? 0 : product;
}

std::string dims_text(const Dims& dims) {
  if (dims.empty()) return "scalar";
  std::string text;
  for (const int64_t d : dims) {
    if (!text.empty()) text += 'x';
    text += d == kUnknownDim ? "?" : std::to_string(d);
  }
  return text;
}

}  // namespace tacho
