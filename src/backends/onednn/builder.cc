#include "backends/onednn/builder.h"

#include <algorithm>
#include <cstring>

#include "graph_ir/made_up_tensors.h"

namespace tacho::onednn {

Type held_type(DType dtype, Type real) {
  switch (dtype) {
    case DType::kFloat32:
    case DType::kFloat64:
      return real;
    case DType::kInt64:
    case DType::kInt32:
    case DType::kInt16:
    case DType::kInt8:
    case DType::kUint8:
    case DType::kBool:
      return Type::s32;
    default:
      throw Refusal("type " + std::string(dtype_name(dtype)) + " is not supported");
  }
}

Builder::Builder(const Graph& graph, const BuildOptions& options, Program& program)
    : graph_(graph),
      options_(options),
      program_(program),
      constant_(constant_values(graph)),
      groups_(groups_of(graph, constant_)),
      last_group_(static_cast<size_t>(graph.num_value_ids()), -1),
      group_of_node_(static_cast<size_t>(graph.num_node_ids()), -1),
      versions_(static_cast<size_t>(graph.num_value_ids())) {
  for (size_t g = 0; g < groups_.size(); ++g) {
    const Group& group = groups_[g];
    std::vector<NodeId> nodes = {group.root, group.norm, group.last};
    nodes.insert(nodes.end(), group.activations.begin(), group.activations.end());
    for (const NodeId id : nodes) {
      if (id == kNoNode) continue;
      group_of_node_[static_cast<size_t>(id)] = static_cast<int>(g);
      for (const ValueId v : graph.node(id).inputs) {
        if (v != kNoValue) last_group_[static_cast<size_t>(v)] = static_cast<int>(g);
      }
    }
    if (group.residual != kNoValue) {
      last_group_[static_cast<size_t>(group.residual)] = static_cast<int>(g);
    }
  }
}

Shape Builder::dims(ValueId v) const {
  const Dims& dims = *graph_.value(v).dims;
  if (checked_elements(dims).value_or(0) == 0) throw Refusal("a tensor without elements");
  return Shape(dims.begin(), dims.end());
}

const Tensor& Builder::made(ValueId v) {
  std::vector<Tensor>& versions = versions_.at(static_cast<size_t>(v));
  if (!versions.empty()) return versions[0];
  const Value& value = graph_.value(v);
  const bool is_input = value.is_graph_input && !value.is_constant;
  const Type type = held_type(value.dtype, Type::f32);
  Tensor tensor = program_.make(plain(dims(v), type), true);
  if (!dry()) {
    const TensorData data =
        is_input ? input_data(graph_, v, options_.input_seed) : constant_data(graph_, v);
    if (type == Type::s32) {
      std::transform(data.ints.begin(), data.ints.end(), tensor.at<int32_t>(), [](int64_t x) {
        return static_cast<int32_t>(std::clamp<int64_t>(x, INT32_MIN, INT32_MAX));
      });
    } else {
      std::memcpy(tensor.at<float>(), data.reals.data(), data.reals.size() * sizeof(float));
    }
  }
  tensor.buffer->known = !is_input;
  tensor.buffer->kept = is_input;
  versions.push_back(tensor);
  return versions[0];
}

Tensor Builder::reordered(const Tensor& from, const Desc& layout, float scale) {
  Tensor to = program_.make(layout, from.known(), scale);
  dnnl::primitive_attr attributes;
  if (from.scale != scale) attributes.set_output_scales(0, {from.scale / scale});
  program_.add<dnnl::reorder>(dnnl::reorder::primitive_desc(program_.engine(), from.layout(),
                                                            program_.engine(), layout, attributes),
                              {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
  return to;
}

Tensor Builder::as(ValueId v, const Desc& layout, float scale) {
  made(v);
  std::vector<Tensor>& versions = versions_[static_cast<size_t>(v)];
  for (const Tensor& version : versions) {
    if (version.scale == scale && version.layout() == layout) return version;
  }
  Tensor to = reordered(versions[0], layout, scale);
  versions_[static_cast<size_t>(v)].push_back(to);
  return to;
}

Tensor Builder::in(ValueId v) {
  const Tensor tensor = made(v);
  const Type type = held_type(graph_.value(v).dtype, real());
  return tensor.type() == type ? tensor : as(v, with_type(tensor.layout(), type));
}

Tensor Builder::in_plain(ValueId v) {
  return as(v, plain(dims(v), held_type(graph_.value(v).dtype, real())));
}

Tensor Builder::in_f32(ValueId v) { return as(v, plain(dims(v), Type::f32)); }

Tensor Builder::in_ints(ValueId v) {
  if (held_type(graph_.value(v).dtype, real()) != Type::s32) throw Refusal("indices of floats");
  return made(v);
}

std::optional<Quantized> Builder::quantized(ValueId v) const {
  const auto known = options_.quantized.find(v);
  if (known == options_.quantized.end()) return std::nullopt;
  return known->second;
}

Tensor Builder::in_quantized(ValueId v, const Desc& layout) {
  return as(v, layout, quantized(v)->scale);
}

void Builder::need_constant(ValueId v) const {
  if (constant_[static_cast<size_t>(v)] == 0)
    throw Refusal("a bias, scale or norm that is computed");
}

std::vector<float> Builder::floats(ValueId v) {
  need_constant(v);
  std::vector<float> elements(static_cast<size_t>(elements_of(dims(v))), 0.0F);
  const Tensor tensor = in_f32(v);
  if (!dry()) std::memcpy(elements.data(), tensor.at<float>(), elements.size() * sizeof(float));
  return elements;
}

Tensor Builder::known_floats(const Shape& shape, const std::vector<float>& elements) {
  Tensor tensor = program_.make(plain(shape, Type::f32), true);
  if (!dry()) std::memcpy(tensor.at<float>(), elements.data(), elements.size() * sizeof(float));
  return tensor;
}

void Builder::put(ValueId v, const Tensor& made) {
  Tensor tensor = made;
  if (graph_.is_output(v) || options_.keep_all) tensor.buffer->kept = true;
  versions_[static_cast<size_t>(v)].assign(1, tensor);
}

Tensor Builder::make_plain(ValueId v, bool known) {
  return program_.make(plain(dims(v), held_type(graph_.value(v).dtype, real())), known);
}

bool Builder::known_inputs(const Node& node) {
  return std::all_of(node.inputs.begin(), node.inputs.end(), [&](ValueId v) {
    return v == kNoValue || constant_[static_cast<size_t>(v)] != 0;
  });
}

bool Builder::is_last_reader(ValueId v, const Group& group) {
  const int own = group_of_node_[static_cast<size_t>(group.root)];
  return !graph_.is_output(v) && last_group_[static_cast<size_t>(v)] == own;
}

}  // namespace tacho::onednn
