#include "kernel_builder/nnmeter_config.h"

#include <cmath>
#include <cstdlib>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

bool is_ours(const KernelParameter& p) { return p.name == "p" || p.name == "b"; }

// nn-Meter's own files have both spellings of a pooling's stride.
std::string other_spelling(const std::string& key) {
  return key == "POOL_STRIDES" ? "STRIDES" : key == "STRIDES" ? "POOL_STRIDES" : "";
}

int64_t whole_number(const Json& value, const std::string& key) {
  if (value.is_number_integer()) return value.get<int64_t>();
  if (value.is_number_float() && std::floor(value.get<double>()) == value.get<double>()) {
    return static_cast<int64_t>(value.get<double>());
  }
  throw Error(key + " is " + printable(value.dump()).substr(0, 40) + ", not a whole number");
}

// The number at the start of `text`, which is shortened by it.
std::optional<double> take_number(std::string& text) {
  char* end = nullptr;
  const double x = std::strtod(text.c_str(), &end);
  if (end == text.c_str()) return std::nullopt;
  text.erase(0, static_cast<size_t>(end - text.c_str()));
  return x;
}

}  // namespace

Json config_to_json(const KernelType& type, const KernelConfig& config) {
  Json json = Json::object();
  for (size_t i = 0; i < config.values.size(); ++i) {
    const KernelParameter& p = type.parameters()[i];
    if (is_ours(p) && config.values[i] == absent_value(type, config.values, i)) continue;
    json[p.nnmeter_key] = config.values[i];
  }
  return json;
}

KernelConfig config_from_json(const KernelType& type, const Json& json) {
  if (!json.is_object()) throw Error("the config is not an object");
  std::vector<int64_t> values;
  for (const KernelParameter& p : type.parameters()) {
    auto found = json.find(p.nnmeter_key);
    if (found == json.end()) found = json.find(other_spelling(p.nnmeter_key));
    values.push_back(found == json.end() ? kRequired : whole_number(*found, p.nnmeter_key));
  }
  return complete_config(type, std::move(values));
}

std::string latency_text(const KernelLatency& latency) {
  return significant(latency.mean_ms, 6) + " +- " + significant(latency.stddev_ms, 3);
}

KernelLatency parse_latency(const Json& json) {
  KernelLatency latency;
  if (json.is_number()) {
    latency.mean_ms = json.get<double>();
  } else if (json.is_string()) {
    std::string rest = json.get<std::string>();
    const auto mean = take_number(rest);
    if (mean) latency.mean_ms = *mean;
    const size_t sign = rest.find("+-");
    bool read = mean.has_value();
    if (sign != std::string::npos && rest.find_first_not_of(' ') == sign) {
      rest.erase(0, sign + 2);
      const auto stddev = take_number(rest);
      read &= stddev.has_value();
      latency.stddev_ms = stddev.value_or(0);
    }
    read &= rest.find_first_not_of(' ') == std::string::npos;
    if (!read)
      throw Error("latency \"" + printable(json.get<std::string>()).substr(0, 60) +
                  "\" is not \"37.53 +- 0.314\"");
  } else {
    throw Error("latency is neither a text nor a number");
  }
  if (!(latency.mean_ms > 0) || !std::isfinite(latency.mean_ms)) {
    throw Error("latency " + significant(latency.mean_ms, 6) + " is not positive");
  }
  return latency;
}

}  // namespace tacho
