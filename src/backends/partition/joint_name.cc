#include "backends/partition/joint_name.h"

#include <vector>

#include "common/text.h"

namespace tacho {

std::string joint_name(const std::string& first, const std::string& rest) {
  std::vector<std::string> parts = split(first, '-');
  const std::vector<std::string> others = split(rest, '-');
  if (parts.size() != others.size()) return first + "+" + rest;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] != others[i]) parts[i] += "+" + others[i];
  }
  return join(parts, "-");
}

std::pair<std::string, std::string> parted_name(const std::string& platform) {
  if (platform.find('+') == std::string::npos) return {platform, ""};
  std::vector<std::string> first = split(platform, '-'), rest = first;
  for (size_t i = 0; i < first.size(); ++i) {
    const size_t plus = first[i].find('+');
    if (plus == std::string::npos) continue;
    rest[i].erase(0, plus + 1);
    first[i].erase(plus);
  }
  return {join(first, "-"), join(rest, "-")};
}

}  // namespace tacho
