#include "backends/spec.h"

#include <cmath>
#include <cstdlib>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

Error usage(const std::string& text, const std::string& what) {
  return Error("backend '" + text + "': " + what, Fault::kUsage);
}

}  // namespace

std::optional<std::string> BackendSpec::find(const std::string& option) const {
  for (const auto& [key, value] : options) {
    if (key == option) return value;
  }
  return std::nullopt;
}

std::string BackendSpec::text(const std::string& option, const std::string& absent) const {
  return find(option).value_or(absent);
}

double BackendSpec::number(const std::string& option, double absent, double least) const {
  const std::optional<std::string> value = find(option);
  if (!value) return absent;
  char* end = nullptr;
  const double x = std::strtod(value->c_str(), &end);
  if (value->empty() || *end != '\0' || !std::isfinite(x) || x < least) {
    throw usage(
        name, option + "=" + *value + " is not a number of " + significant(least, 3) + " or more");
  }
  return x;
}

int64_t BackendSpec::integer(const std::string& option, int64_t absent, int64_t least) const {
  const double x = number(option, static_cast<double>(absent), static_cast<double>(least));
  if (x != std::floor(x) || x > 1e15) {
    throw usage(name, option + "=" + *find(option) + " is not a whole number");
  }
  return static_cast<int64_t>(x);
}

std::string BackendSpec::required(const std::string& option) const {
  const std::optional<std::string> value = find(option);
  if (value) return *value;
  throw usage(name, "needs " + name + ":" + option + "=…");
}

std::string backend_name(const std::string& text) { return text.substr(0, text.find(':')); }

namespace {

// Where the value of an option that takes a backend ends.
size_t end_of_backend(const std::string& text, size_t at, const BackendSpec& spec,
                      const std::vector<BackendOption>& known) {
  size_t end = text.size();
  for (const BackendOption& option : known) {
    if (!spec.find(option.name)) {
      end = std::min(end, text.find("," + std::string(option.name) + "=", at));
    }
  }
  return end;
}

}  // namespace

BackendSpec parse_backend_spec(const std::string& text, const std::vector<BackendOption>& known) {
  BackendSpec spec;
  spec.name = backend_name(text);
  std::vector<std::string> names;
  for (const BackendOption& option : known) names.emplace_back(option.name);
  size_t at = spec.name.size() + 1;
  while (at < text.size()) {
    size_t end = std::min(text.find(',', at), text.size());
    const size_t equals = text.find('=', at);
    if (equals >= end) {
      throw usage(text, "'" + text.substr(at, end - at) + "' is not of the form option=value" +
                            (names.empty() ? "" : "; options: " + join(names)));
    }
    const std::string key = text.substr(at, equals - at);
    const BackendOption* option = nullptr;
    for (const BackendOption& candidate : known) {
      if (key == candidate.name) option = &candidate;
    }
    if (option == nullptr) {
      throw usage(text, "no option '" + key + "'" +
                            (names.empty() ? " (it has none)" : name_hint(key, names)));
    }
    if (spec.find(key)) throw usage(text, "option '" + key + "' is given twice");
    if (end == equals + 1) throw usage(text, "option '" + key + "' has no value");
    spec.options.emplace_back(key, "");  // given
    if (option->takes_backend) end = end_of_backend(text, end, spec, known);
    spec.options.back().second = text.substr(equals + 1, end - equals - 1);
    at = end + 1;
  }
  return spec;
}

}  // namespace tacho
