#include "backends/libtorch/constants.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>

#include "common/stable_hash.h"

namespace tacho::libtorch {
namespace {

struct Range {
  double low = 0, high = 0;
};

at::Generator generator_for(const Graph& graph, ValueId id) {
  Fnv1a hash;
  hash.add_text(graph.name);
  hash.add_integer(static_cast<uint64_t>(id));
  return at::make_generator<at::CPUGeneratorImpl>(splitmix64(hash.value()));
}

Shape shape_of(const Graph& graph, ValueId id) {
  const Dims& dims = *graph.value(id).dims;
  return Shape(dims.begin(), dims.end());
}

// How many products each output of the reader sums up, where the value is its weight.
double fan_in(const Node& reader, const Shape& weight) {
  double elements = 1;
  for (const int64_t size : weight) elements *= static_cast<double>(size);
  switch (reader.op) {
    case Op::kConv:
      return elements / static_cast<double>(weight.at(0));
    case Op::kConvTranspose:
      return elements / static_cast<double>(weight.at(1));
    case Op::kGemm:
      return static_cast<double>(weight.at(reader.int_attribute("transB", 0) != 0 ? 1 : 0));
    default:
      return static_cast<double>(weight.size() > 1 ? weight[weight.size() - 2] : weight.at(0));
  }
}

// Elements per channel.
double positions(const Graph& graph, ValueId id) {
  const Shape shape = shape_of(graph, id);
  double product = 1;
  for (size_t d = 2; d < shape.size(); ++d) product *= static_cast<double>(shape[d]);
  return product;
}

Range range_for(const Graph& graph, ValueId id) {
  constexpr Range kSmall{-0.1, 0.1}, kAroundOne{0.5, 1.5};
  const Value& value = graph.value(id);
  if (value.consumers.empty()) return kSmall;
  const Node& reader =
      graph.node(*std::min_element(value.consumers.begin(), value.consumers.end()));
  const auto place =
      std::find(reader.inputs.begin(), reader.inputs.end(), id) - reader.inputs.begin();
  const Shape shape = shape_of(graph, id);
  switch (reader.op) {
    case Op::kConv:
    case Op::kConvTranspose:
    case Op::kGemm:
    case Op::kMatMul:
    case Op::kEinsum: {
      const bool is_weight = reader.op == Op::kMatMul || reader.op == Op::kEinsum || place == 1;
      if (!is_weight || shape.empty()) return kSmall;
      const double bound = std::sqrt(3 / std::max(1.0, fan_in(reader, shape)));
      return {-bound, bound};
    }
    case Op::kBatchNormalization:
      // Of weights (weight standardization): what is left must be of a weight's scale.
      if (place == 1 && graph.value(reader.inputs[0]).is_constant) {
        const double gain = 1 / std::sqrt(std::max(1.0, positions(graph, reader.inputs[0])));
        return {0.5 * gain, 1.5 * gain};
      }
      return place == 1 || place == 4 ? kAroundOne : kSmall;
    case Op::kLayerNormalization:
    case Op::kGroupNormalization:
    case Op::kInstanceNormalization:
    case Op::kRMSNormalization:
      return place == 1 ? kAroundOne : kSmall;
    case Op::kMul:
    case Op::kDiv:
    case Op::kSqrt:
    case Op::kLog:
    case Op::kReciprocal:
      return kAroundOne;
    default:
      return kSmall;
  }
}

// The size of the dimension that an index constant points into; 0 if nothing is indexed by it.
int64_t indexed_size(const Graph& graph, ValueId id) {
  for (const NodeId reader : graph.value(id).consumers) {
    const Node& node = graph.node(reader);
    const bool gathers = node.op == Op::kGather || node.op == Op::kGatherElements;
    if (!gathers || node.inputs.size() < 2 || node.inputs[1] != id) continue;
    const Shape data = shape_of(graph, node.inputs[0]);
    const int64_t axis = node.int_attribute("axis", 0);
    return data.at(static_cast<size_t>(axis < 0 ? axis + static_cast<int64_t>(data.size()) : axis));
  }
  return 0;
}

at::Tensor literal_tensor(const Literal& literal, const Shape& shape, at::ScalarType type) {
  if (!literal.reals.empty()) {
    return at::tensor(at::ArrayRef<double>(literal.reals), at::kDouble).to(type).reshape(shape);
  }
  return at::tensor(at::ArrayRef<int64_t>(literal.ints), at::kLong).to(type).reshape(shape);
}

}  // namespace

at::Tensor constant_tensor(const Graph& graph, ValueId id) {
  const Value& value = graph.value(id);
  const at::ScalarType type = scalar_type(value.dtype);
  const Shape shape = shape_of(graph, id);
  if (value.literal) return literal_tensor(*value.literal, shape, type);
  if (is_float(value.dtype)) {
    const Range range = range_for(graph, id);
    return at::empty(shape, type).uniform_(range.low, range.high, generator_for(graph, id));
  }
  const int64_t size = indexed_size(graph, id);
  at::Tensor tensor = at::zeros(shape, type);
  if (size > 1) tensor.random_(0, size, generator_for(graph, id));
  return tensor;
}

at::Tensor input_tensor(const Graph& graph, ValueId id) {
  const Value& value = graph.value(id);
  const at::ScalarType type = scalar_type(value.dtype);
  const Shape shape = shape_of(graph, id);
  if (is_float(value.dtype)) {
    return at::empty(shape, type).normal_(0, 1, generator_for(graph, id));
  }
  const int64_t elements = *checked_elements(*value.dims);
  return at::arange(elements, at::kLong).remainder_(2).to(type).reshape(shape);
}

}  // namespace tacho::libtorch
