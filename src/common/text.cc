#include "common/text.h"

#include <fnmatch.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace tacho {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

}  // namespace

int edit_distance(std::string_view a, std::string_view b) {
  // Optimal string alignment, three rows of the table at a time.
  std::vector<int> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  // Too long to be a slip of the finger; the table would grow with the product of both lengths.
  constexpr size_t kLongestName = 256;
  if (name.empty() || name.size() > kLongestName) return "";
  std::string best;
  int best_distance = static_cast<int>(std::max<size_t>(2, name.size() / 3)) + 1;
  for (const std::string& candidate : candidates) {
    const int distance = edit_distance(name, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  if (!best.empty()) return best;
  for (const std::string& candidate : candidates) {
    if (name.size() >= 3 && lower(candidate).find(lower(name)) != std::string::npos)
      return candidate;
  }
  return "";
}

std::string name_hint(std::string_view name, const std::vector<std::string>& candidates) {
  constexpr size_t kListed = 8;
  const std::string near = nearest_name(name, candidates);
  if (!near.empty()) return "; did you mean '" + near + "'?";
  if (candidates.empty()) return "";
  const size_t listed = std::min(kListed, candidates.size());
  std::string hint = "; known: " + join({candidates.begin(), candidates.begin() + listed});
  if (listed < candidates.size())
    hint += " and " + std::to_string(candidates.size() - listed) + " more";
  return hint;
}

bool glob_match(const std::string& pattern, const std::string& name) {
  return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

bool is_glob(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

std::string significant(double x, int digits) {
  char text[64];
  if (!std::isfinite(x)) return std::isnan(x) ? "nan" : x > 0 ? "inf" : "-inf";
  if (x == 0) return "0";
  // Rounding first decides the magnitude: 9.996 with 3 digits is 10.0, not 10.00.
  std::snprintf(text, sizeof text, "%.*e", digits - 1, x);
  const double rounded = std::strtod(text, nullptr);
  const int magnitude = static_cast<int>(std::floor(std::log10(std::fabs(rounded)) + 1e-9));
  if (magnitude < -4 || magnitude > 15) {
    std::snprintf(text, sizeof text, "%.*e", digits - 1, x);
  } else {
    std::snprintf(text, sizeof text, "%.*f", std::max(0, digits - 1 - magnitude), rounded);
  }
  return text;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) out += separator;
    out += part;
  }
  return out;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (std::iscntrl(static_cast<unsigned char>(c))) c = ' ';
  }
  return out;
}

}  // namespace tacho
