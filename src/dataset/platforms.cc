#include "dataset/platforms.h"

#include <algorithm>
#include <array>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

/// Ids 1 to 9 of NNLQP's multi-platform data set (Liu et al., ICPP 2022, github.com/ModelTC/NNLQP).
constexpr std::array<const char*, 9> kNnlqpPlatforms = {
    "cpu-openppl-fp32",    "hi3559A-nnie11-int8", "gpu-T4-trt7.1-fp32",
    "gpu-T4-trt7.1-int8",  "gpu-P4-trt7.1-fp32",  "gpu-P4-trt7.1-int8",
    "hi3519A-nnie12-int8", "atlas300-acl-fp16",   "mul270-neuware-int8"};

/// A pattern of choose_platforms() as it was given, and what it stands for.
struct Wanted {
  std::string given;
  std::string pattern;

  bool matches(const std::string& name) const {
    return name == given || name == pattern || glob_match(pattern, name);
  }
};

}  // namespace

std::string platform_of_id(const std::string& id) {
  const bool one_digit = id.size() == 1 && id[0] >= '1' && id[0] <= '9';
  return one_digit ? kNnlqpPlatforms[static_cast<size_t>(id[0] - '1')] : id;
}

std::vector<std::string> choose_platforms(const std::vector<std::string>& known,
                                          const std::vector<std::string>& patterns,
                                          const std::string& source) {
  if (patterns.empty()) return known;
  std::vector<Wanted> wanted;
  for (const std::string& list : patterns) {
    for (const std::string& pattern : split(list, ',')) {
      wanted.push_back({pattern, platform_of_id(pattern)});
    }
  }
  for (const Wanted& w : wanted) {
    const auto matches = [&](const std::string& name) { return w.matches(name); };
    if (std::none_of(known.begin(), known.end(), matches)) {
      const std::string name = w.pattern == w.given ? "" : " (" + w.pattern + ")";
      throw Error(
          "no platform '" + w.given + "'" + name + " in " + source + name_hint(w.pattern, known),
          Fault::kUsage);
    }
  }
  std::vector<std::string> chosen;
  for (const std::string& name : known) {
    const auto matches = [&](const Wanted& w) { return w.matches(name); };
    if (std::any_of(wanted.begin(), wanted.end(), matches)) chosen.push_back(name);
  }
  return chosen;
}

}  // namespace tacho
