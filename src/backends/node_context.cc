#include "backends/node_context.h"

#include <algorithm>

namespace tacho::backends {
namespace {

Shape to_shape(const Dims& dims) { return Shape(dims.begin(), dims.end()); }

}  // namespace

bool is_given(const Value& value) {
  return value.literal.has_value() || (value.is_constant && value.producer == kNoNode);
}

bool is_computed(const Graph& graph, const Node& node) {
  return std::any_of(node.outputs.begin(), node.outputs.end(),
                     [&](ValueId v) { return v != kNoValue && !is_given(graph.value(v)); });
}

bool NodeContext::has_output(size_t i) const {
  if (i >= node_.outputs.size() || node_.outputs[i] == kNoValue) return false;
  const Value& value = graph_.value(node_.outputs[i]);
  return !value.consumers.empty() || value.output_uses > 0;
}

size_t NodeContext::in(size_t i) const {
  return static_cast<size_t>(has_input(i) ? node_.inputs[i] : graph_.num_value_ids());
}

ValueId NodeContext::value(size_t i) const {
  if (!has_input(i)) throw Refusal("input " + std::to_string(i) + " is missing");
  return node_.inputs[i];
}

Shape NodeContext::shape(size_t i) const { return to_shape(*graph_.value(value(i)).dims); }

Shape NodeContext::out_shape(size_t i) const {
  return to_shape(*graph_.value(node_.outputs[i]).dims);
}

std::optional<std::vector<int64_t>> NodeContext::ints(size_t i) const {
  if (!has_input(i)) return std::nullopt;
  const Value& value = graph_.value(node_.inputs[i]);
  if (!value.literal || !is_integer(value.dtype)) return std::nullopt;
  return value.literal->ints;
}

std::optional<double> NodeContext::scalar(size_t i) const {
  if (!has_input(i)) return std::nullopt;
  const Value& value = graph_.value(node_.inputs[i]);
  if (!value.literal || value.literal->size() != 1) return std::nullopt;
  return value.literal->ints.empty() ? value.literal->reals[0]
                                     : static_cast<double>(value.literal->ints[0]);
}

Shape NodeContext::list(const char* attribute, size_t input, const Shape& absent) const {
  if (node_.find_attribute(attribute) != nullptr) return node_.ints_attribute(attribute);
  if (!has_input(input)) return absent;
  const auto known = ints(input);
  if (!known) throw Refusal(std::string(attribute) + " is computed");
  return *known;
}

}  // namespace tacho::backends
