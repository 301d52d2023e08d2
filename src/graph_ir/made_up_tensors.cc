#include "graph_ir/made_up_tensors.h"

#include <algorithm>
#include <cmath>

#include "common/stable_hash.h"

namespace tacho {
namespace {

/// A uniform distribution.
struct Range {
  double low = 0, high = 0;
};
constexpr Range kSmall{-0.1, 0.1}, kAroundOne{0.5, 1.5};

// Element i of the tensor is made of splitmix64(stream + i): no state, so any order will do.
uint64_t stream_of(const Graph& graph, ValueId id, uint64_t seed) {
  Fnv1a hash;
  hash.add_integer(seed);
  hash.add_text(value_name(graph, id));
  return splitmix64(hash.value());
}

double product_from(const Dims& dims, size_t first) {
  double product = 1;
  for (size_t d = first; d < dims.size(); ++d) product *= static_cast<double>(dims[d]);
  return product;
}

// How many products each output of the reader sums up, where the value is its weight.
double fan_in(const Node& reader, const Dims& weight) {
  switch (reader.op) {
    case Op::kConv:
      return product_from(weight, 1);
    case Op::kConvTranspose:
      return static_cast<double>(weight[0]) * product_from(weight, 2);
    case Op::kGemm:
      return static_cast<double>(weight[reader.int_attribute("transB", 0) != 0 ? 1 : 0]);
    default:
      return static_cast<double>(weight.size() > 1 ? weight[weight.size() - 2] : weight[0]);
  }
}

// Of the value as input `place` of `reader`.
Range range_for(const Graph& graph, const Node& reader, size_t place, const Dims& dims) {
  switch (reader.op) {
    case Op::kConv:
    case Op::kConvTranspose:
    case Op::kGemm:
    case Op::kMatMul:
    case Op::kEinsum: {
      const bool is_weight = reader.op == Op::kMatMul || reader.op == Op::kEinsum || place == 1;
      const size_t least = reader.op == Op::kMatMul || reader.op == Op::kEinsum ? 1 : 2;
      if (!is_weight || dims.size() < least) return kSmall;
      const double bound = std::sqrt(3 / std::max(1.0, fan_in(reader, dims)));
      return {-bound, bound};
    }
    case Op::kBatchNormalization: {
      // Of weights (weight standardization): what is left must be of a weight's scale.
      const Value& x = graph.value(reader.inputs[0]);
      if (place == 1 && x.is_constant && x.dims) {
        const double gain = 1 / std::sqrt(std::max(1.0, product_from(*x.dims, 2)));
        return {0.5 * gain, 1.5 * gain};
      }
      return place == 1 || place == 4 ? kAroundOne : kSmall;
    }
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

Range range_of(const Graph& graph, ValueId id) {
  const Value& value = graph.value(id);
  if (value.consumers.empty()) return kSmall;
  const Node& reader =
      graph.node(*std::min_element(value.consumers.begin(), value.consumers.end()));
  const auto place = std::find(reader.inputs.begin(), reader.inputs.end(), id);
  return range_for(graph, reader, static_cast<size_t>(place - reader.inputs.begin()), *value.dims);
}

// The size of the dimension that an index constant points into; 0 if nothing is indexed by it.
int64_t indexed_size(const Graph& graph, ValueId id) {
  for (const NodeId reader : graph.value(id).consumers) {
    const Node& node = graph.node(reader);
    const bool gathers = node.op == Op::kGather || node.op == Op::kGatherElements;
    if (!gathers || node.inputs.size() < 2 || node.inputs[1] != id) continue;
    const std::optional<Dims>& data = graph.value(node.inputs[0]).dims;
    if (!data) continue;
    const auto rank = static_cast<int64_t>(data->size());
    const int64_t axis = node.int_attribute("axis", 0);
    const int64_t place = axis < 0 ? axis + rank : axis;
    if (place >= 0 && place < rank) return (*data)[static_cast<size_t>(place)];
  }
  return 0;
}

size_t elements_of(const Value& value) {
  return static_cast<size_t>(checked_elements(*value.dims).value_or(0));
}

TensorData literal_data(const Literal& literal) {
  return {std::vector<float>(literal.reals.begin(), literal.reals.end()), literal.ints};
}

// Four uniform numbers of 16 bits make a bell; their sum's variance is 4/12 of the square of 2^16.
float bell(uint64_t bits) {
  const uint64_t sum =
      (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
  return (static_cast<float>(sum) - 131070.0F) * (1.7320508F / 65536.0F);
}

}  // namespace

std::string value_name(const Graph& graph, ValueId id) {
  const std::string& own = graph.value(id).name;
  return own.empty() ? "value_" + std::to_string(id) : own;
}

TensorData constant_data(const Graph& graph, ValueId id, uint64_t seed) {
  const Value& value = graph.value(id);
  const size_t elements = elements_of(value);
  if (value.literal && value.literal->size() == elements) return literal_data(*value.literal);
  const uint64_t stream = stream_of(graph, id, seed);
  TensorData data;
  if (is_float(value.dtype)) {
    const Range range = range_of(graph, id);
    const auto low = static_cast<float>(range.low);
    const auto step = static_cast<float>((range.high - range.low) * 0x1p-24);
    data.reals.resize(elements);
    for (size_t i = 0; i < elements; ++i) {
      data.reals[i] = low + step * static_cast<float>(splitmix64(stream + i) >> 40);
    }
    return data;
  }
  data.ints.assign(elements, 0);
  if (const int64_t size = indexed_size(graph, id); size > 1) {
    for (size_t i = 0; i < elements; ++i) {
      data.ints[i] = static_cast<int64_t>(splitmix64(stream + i) % static_cast<uint64_t>(size));
    }
  }
  return data;
}

TensorData input_data(const Graph& graph, ValueId id, uint64_t seed) {
  const Value& value = graph.value(id);
  const size_t elements = elements_of(value);
  TensorData data;
  if (is_float(value.dtype)) {
    const uint64_t stream = stream_of(graph, id, seed);
    data.reals.resize(elements);
    for (size_t i = 0; i < elements; ++i) data.reals[i] = bell(splitmix64(stream + i));
    return data;
  }
  data.ints.resize(elements);
  for (size_t i = 0; i < elements; ++i) data.ints[i] = static_cast<int64_t>(i % 2);
  return data;
}

}  // namespace tacho
