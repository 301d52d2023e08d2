#include "backends/cpu_name.h"

#include <sched.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>
#include <vector>

#include "common/text.h"

namespace tacho {
namespace {

// Words that do not tell one processor from another.
const std::set<std::string>& noise_words() {
  static const std::set<std::string> words{
      "amd",   "bronze",    "core",     "cpu",  "gen",    "genuine", "gold",    "graphics",
      "intel", "lake",      "platinum", "pro",  "radeon", "silver",  "virtual", "with",
      "apu",   "processor", "11th",     "12th", "13th",   "14th"};
  return words;
}

bool has_digit(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

// Lower case; what is neither a letter nor a digit nor a dot parts words; (R) and (TM) are gone.
std::vector<std::string> words_of(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char* mark : {"(r)", "(tm)"}) {
    for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
      text.replace(at, std::string(mark).size(), " ");
    }
  }
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '.') {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool is_core_count(const std::vector<std::string>& words, size_t i) {  // "16-Core"
  return i + 1 < words.size() && words[i + 1] == "core" && has_digit(words[i]);
}

}  // namespace

std::string short_cpu_name(const std::string& vendor_text) {
  const size_t at = vendor_text.find('@');
  const std::vector<std::string> words = words_of(vendor_text.substr(0, at));
  std::string name;
  for (size_t i = 0; i < words.size(); ++i) {
    if (noise_words().count(words[i]) > 0 || is_core_count(words, i)) continue;
    name += (name.empty() ? "" : "_") + words[i];
  }
  if (!has_digit(name) && at != std::string::npos) {
    for (const std::string& word : words_of(vendor_text.substr(at))) {
      name += (name.empty() ? "" : "_") + word;
    }
  }
  return name.empty() ? "unknown" : name;
}

std::string cpu_model() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("model name", 0) != 0 && line.rfind("Model", 0) != 0) continue;
    const size_t start = line.find_first_not_of(" \t", line.find(':') + 1);
    if (start != std::string::npos) return printable(line.substr(start));
  }
  utsname system{};
  return ::uname(&system) == 0 ? system.machine : "unknown";
}

int usable_cpus() {
  cpu_set_t set;
  return ::sched_getaffinity(0, sizeof set, &set) == 0 ? std::max(1, CPU_COUNT(&set)) : 1;
}

}  // namespace tacho
