// Configurations as text, "conv-bn-relu:hw=56,cin=24,cout=64,k=3,s=1", both ways.
#include <charconv>

#include "common/error.h"
#include "common/text.h"
#include "graph_ir/graph_builder.h"
#include "kernel_builder/catalogue.h"

namespace tacho {
namespace {

std::vector<std::string> parameter_names(const KernelType& type) {
  std::vector<std::string> names;
  for (const KernelParameter& p : type.parameters()) names.push_back(p.name);
  return names;
}

int64_t read_value(const std::string& text, const std::string& parameter) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) {
    throw Error(parameter + "='" + printable(text) + "' is not a whole number from 0 up");
  }
  return value;
}

KernelConfig parse_within(const KernelType& type, const std::string& assignments) {
  std::vector<int64_t> values(type.parameters().size(), kRequired);
  for (const std::string& assignment : split(assignments, ',')) {
    const size_t equals = assignment.find('=');
    const std::string name = assignment.substr(0, equals);
    const std::optional<size_t> index = parameter_index(type, name);
    if (equals == std::string::npos || !index) {
      throw Error("no parameter '" + printable(name) + "'" +
                  name_hint(name, parameter_names(type)));
    }
    if (values[*index] != kRequired) throw Error(name + " is given twice");
    values[*index] = read_value(assignment.substr(equals + 1), name);
  }
  return complete_config(type, std::move(values));
}

}  // namespace

std::optional<size_t> parameter_index(const KernelType& type, const std::string& name) {
  const auto& parameters = type.parameters();
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].name == name || parameters[i].nnmeter_key == name) return i;
  }
  return std::nullopt;
}

int64_t absent_value(const KernelType& type, const std::vector<int64_t>& values, size_t index) {
  const int64_t absent = type.parameters()[index].absent;
  if (absent == kSamePadding) return same_padding(values[parameter_index(type, "k").value()]);
  if (absent == kSameAsCin) return values[parameter_index(type, "cin").value()];
  return absent;
}

KernelConfig complete_config(const KernelType& type, std::vector<int64_t> values) {
  const auto& parameters = type.parameters();
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (values[i] != kRequired || parameters[i].absent != kRequired) continue;
    throw Error(type.name() + ": " + parameters[i].name +
                " is missing; parameters: " + join(parameter_names(type)));
  }
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (values[i] == kRequired) values[i] = absent_value(type, values, i);
  }
  KernelConfig config{type.name(), std::move(values)};
  type.check(config);
  return config;
}

std::string to_text(const KernelType& type, const KernelConfig& config) {
  std::string text = config.kernel;
  char separator = ':';
  for (size_t i = 0; i < config.values.size(); ++i) {
    if (config.values[i] == absent_value(type, config.values, i)) continue;
    text += separator + type.parameters()[i].name + "=" + std::to_string(config.values[i]);
    separator = ',';
  }
  return text;
}

KernelConfig parse_kernel(const Catalogue& catalogue, const std::string& text) {
  return with_context("kernel '" + printable(text) + "'", [&] {
    const size_t colon = text.find(':');
    const KernelType& type = catalogue.at(text.substr(0, colon));
    if (colon == std::string::npos)
      return complete_config(type, std::vector<int64_t>(type.parameters().size(), kRequired));
    return parse_within(type, text.substr(colon + 1));
  });
}

}  // namespace tacho
