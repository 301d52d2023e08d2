#include "kernel_builder/network_shapes.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"

namespace tacho {

MaybeConfig valid_config(const std::string& kernel, Assignments assignments) {
  const KernelType& type = Catalogue::builtin().at(kernel);
  std::vector<int64_t> values(type.parameters().size(), kRequired);
  for (const auto& [name, value] : assignments) values[parameter_index(type, name).value()] = value;
  try {
    return complete_config(type, std::move(values));
  } catch (const Error&) {
    return std::nullopt;
  }
}

int64_t rounded(double x) { return static_cast<int64_t>(std::llround(x)); }

double elements_in(const Dims& d, size_t begin, size_t end) {
  double p = 1;
  for (size_t i = begin; i < end; ++i) p *= static_cast<double>(d[i]);
  return p;
}

int64_t side_of(double area) { return std::max<int64_t>(1, rounded(std::sqrt(area))); }

const Dims& known_dims(const Graph& graph, ValueId id) {
  static const Dims none;
  return id == kNoValue || !graph.value(id).dims ? none : *graph.value(id).dims;
}

FeatureMap feature_map_of(const Dims& d) {
  switch (d.size()) {
    case 0:
      return {};
    case 1:
      return {1, d[0], 1};
    case 2:
      return {d[0], d[1], 1};
    case 3:
      return {d[0], d[2], side_of(static_cast<double>(d[1]))};
    default:
      return {d[0], d[1], side_of(elements_in(d, 2, d.size()))};
  }
}

}  // namespace tacho
