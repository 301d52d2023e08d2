// Numbers that files keep, as opposed to those that people read.
#pragma once

#include <charconv>
#include <string>

namespace tacho {

/// The shortest text that reads back as the same number; "" for what is none.
inline std::string exact_number(double x) {
  char text[32];
  const auto [end, code] = std::to_chars(text, text + sizeof text, x);
  return code == std::errc() ? std::string(text, end) : std::string();
}

}  // namespace tacho
