#include "backends/libtorch/constants.h"

#include "graph_ir/made_up_tensors.h"

namespace tacho::libtorch {
namespace {

at::Tensor tensor_of(const Value& value, const TensorData& data) {
  const at::ScalarType type = scalar_type(value.dtype);
  const Shape shape(value.dims->begin(), value.dims->end());
  if (is_float(value.dtype)) {
    return at::tensor(at::ArrayRef<float>(data.reals), at::kFloat).to(type).reshape(shape);
  }
  return at::tensor(at::ArrayRef<int64_t>(data.ints), at::kLong).to(type).reshape(shape);
}

}  // namespace

at::Tensor constant_tensor(const Graph& graph, ValueId id) {
  return tensor_of(graph.value(id), constant_data(graph, id));
}

at::Tensor input_tensor(const Graph& graph, ValueId id) {
  return tensor_of(graph.value(id), input_data(graph, id));
}

}  // namespace tacho::libtorch
