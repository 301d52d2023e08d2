#include "graph_ir/graph_builder.h"

#include <cmath>

#include "common/error.h"

namespace tacho {
namespace {

void require(bool condition, std::string_view op, const std::string& what) {
  if (!condition) throw Error("building a graph: " + std::string(op) + ": " + what);
}

// NumPy's broadcasting; empty optional if the dims do not fit.
std::optional<Dims> broadcast(const Dims& a, const Dims& b) {
  const Dims& longer = a.size() >= b.size() ? a : b;
  const Dims& shorter = a.size() >= b.size() ? b : a;
  Dims result = longer;
  const size_t skip = longer.size() - shorter.size();
  for (size_t i = 0; i < shorter.size(); ++i) {
    if (result[skip + i] == shorter[i] || shorter[i] == 1) continue;
    if (result[skip + i] != 1) return std::nullopt;
    result[skip + i] = shorter[i];
  }
  return result;
}

std::vector<Attribute> window_attributes(const Window& w, int64_t padding) {
  return {ints_attr("kernel_shape", {w.kernel, w.kernel}),
          ints_attr("strides", {w.stride, w.stride}),
          ints_attr("pads", {padding, padding, padding, padding})};
}

size_t axis_index(int64_t axis, size_t rank) {
  return static_cast<size_t>(axis < 0 ? axis + static_cast<int64_t>(rank) : axis);
}

}  // namespace

int64_t window_extent(int64_t extent, int64_t kernel, int64_t stride, int64_t padding) {
  const int64_t room = extent + 2 * padding - kernel;
  return room < 0 ? 0 : room / stride + 1;
}

Attribute int_attr(std::string name, int64_t value) { return ints_attr(std::move(name), {value}); }

Attribute ints_attr(std::string name, std::vector<int64_t> values) {
  Attribute a;
  a.name = std::move(name);
  a.ints = std::move(values);
  return a;
}

Attribute float_attr(std::string name, double value) {
  Attribute a;
  a.name = std::move(name);
  a.floats = {value};
  return a;
}

Attribute text_attr(std::string name, std::string value) {
  Attribute a;
  a.name = std::move(name);
  a.text = std::move(value);
  return a;
}

GraphBuilder::GraphBuilder(std::string name) {
  graph_.name = std::move(name);
  graph_.ir_version = kIrVersion;
  graph_.opset = kOpset;
}

ValueId GraphBuilder::input(Dims dims, std::string name) {
  Value v;
  v.name = !name.empty()           ? std::move(name)
           : graph_.inputs.empty() ? "input"
                                   : "input" + std::to_string(graph_.inputs.size());
  v.dtype = DType::kFloat32;
  v.declared_dims = dims;
  v.dims = std::move(dims);
  const size_t rank = v.dims->size();
  const ValueId id = graph_.add_value(std::move(v));
  graph_.declare_input(id, std::vector<std::string>(rank));
  return id;
}

ValueId GraphBuilder::constant(Value v) {
  v.name = "w" + std::to_string(num_constants_++);
  v.is_constant = true;
  v.is_initializer = true;
  return graph_.add_value(std::move(v));
}

ValueId GraphBuilder::weight(Dims dims) {
  Value v;
  v.dtype = DType::kFloat32;
  v.dims = std::move(dims);
  return constant(std::move(v));
}

ValueId GraphBuilder::int_constant(std::vector<int64_t> elements) {
  Value v;
  v.dtype = DType::kInt64;
  v.dims = Dims{static_cast<int64_t>(elements.size())};
  v.literal = Literal{std::move(elements), {}};
  return constant(std::move(v));
}

ValueId GraphBuilder::float_constant(std::vector<double> elements, Dims dims) {
  Value v;
  v.dtype = DType::kFloat32;
  v.dims = std::move(dims);
  v.literal = Literal{{}, std::move(elements)};
  return constant(std::move(v));
}

ValueId GraphBuilder::node(std::string_view op_type, const std::vector<ValueId>& inputs,
                           Dims output, std::vector<Attribute> attributes) {
  Node n;
  n.op_type = op_type;
  n.op = op_from_name(op_type);
  n.name = scope_ + n.op_type + "_" + std::to_string(graph_.num_node_ids());
  n.inputs.assign(inputs.begin(), inputs.end());
  n.attributes = std::move(attributes);
  Value v;
  v.name = n.name;
  v.dtype = DType::kFloat32;
  v.dims = std::move(output);
  const ValueId out = graph_.add_value(std::move(v));
  n.outputs.push_back(out);
  graph_.add_node(std::move(n));
  return out;
}

ValueId GraphBuilder::binary(std::string_view op_type, ValueId a, ValueId b) {
  std::optional<Dims> both = broadcast(dims(a), dims(b));
  require(both.has_value(), op_type,
          dims_text(dims(a)) + " and " + dims_text(dims(b)) + " do not broadcast");
  return node(op_type, {a, b}, std::move(*both));
}

ValueId GraphBuilder::conv(ValueId x, int64_t cout, Window window, ConvOptions options) {
  const Dims d = dims(x);
  const int64_t padding = window.padding.value_or(same_padding(window.kernel));
  require(d.size() == 4 && options.groups > 0 && d[1] % options.groups == 0 &&
              cout % options.groups == 0,
          "Conv",
          dims_text(d) + " to " + std::to_string(cout) + " channels in " +
              std::to_string(options.groups) + " groups");
  const int64_t h = window_extent(d[2], window.kernel, window.stride, padding);
  const int64_t w = window_extent(d[3], window.kernel, window.stride, padding);
  require(h > 0 && w > 0, "Conv",
          "a window of " + std::to_string(window.kernel) + " does not fit into " + dims_text(d));
  std::vector<ValueId> inputs{x,
                              weight({cout, d[1] / options.groups, window.kernel, window.kernel})};
  if (options.bias) inputs.push_back(weight({cout}));
  std::vector<Attribute> attributes = window_attributes(window, padding);
  attributes.push_back(int_attr("group", options.groups));
  return node("Conv", inputs, {d[0], cout, h, w}, std::move(attributes));
}

ValueId GraphBuilder::conv_transpose(ValueId x, int64_t cout, Window window, ConvOptions options) {
  const Dims d = dims(x);
  const int64_t padding = window.padding.value_or(same_padding(window.kernel));
  require(d.size() == 4 && options.groups > 0 && d[1] % options.groups == 0 &&
              cout % options.groups == 0,
          "ConvTranspose",
          dims_text(d) + " to " + std::to_string(cout) + " channels in " +
              std::to_string(options.groups) + " groups");
  const auto extent = [&](int64_t e) {
    return (e - 1) * window.stride + window.kernel - 2 * padding;
  };
  require(extent(d[2]) > 0 && extent(d[3]) > 0, "ConvTranspose",
          "padding of " + std::to_string(padding) + " leaves nothing");
  std::vector<ValueId> inputs{x,
                              weight({d[1], cout / options.groups, window.kernel, window.kernel})};
  if (options.bias) inputs.push_back(weight({cout}));
  std::vector<Attribute> attributes = window_attributes(window, padding);
  attributes.push_back(int_attr("group", options.groups));
  return node("ConvTranspose", inputs, {d[0], cout, extent(d[2]), extent(d[3])},
              std::move(attributes));
}

ValueId GraphBuilder::bn(ValueId x) {
  const int64_t c = dims(x)[1];
  const ValueId scale = weight({c}), bias = weight({c}), mean = weight({c}), variance = weight({c});
  return node("BatchNormalization", {x, scale, bias, mean, variance}, dims(x));
}

ValueId GraphBuilder::layer_norm(ValueId x) {
  const int64_t c = dims(x).back();
  const ValueId scale = weight({c}), bias = weight({c});
  return node("LayerNormalization", {x, scale, bias}, dims(x), {int_attr("axis", -1)});
}

ValueId GraphBuilder::fc(ValueId x, int64_t cout) {
  Dims d = dims(x);
  require(d.size() >= 2, "Gemm", dims_text(d) + " has no rows");
  const int64_t cin = d.back();
  d.back() = cout;
  if (d.size() == 2) {
    const ValueId w = weight({cout, cin}), bias = weight({cout});
    return node("Gemm", {x, w, bias}, d, {int_attr("transB", 1)});
  }
  return add(node("MatMul", {x, weight({cin, cout})}, d), weight({cout}));
}

ValueId GraphBuilder::relu6(ValueId x) { return node("Clip", {x, scalar(0), scalar(6)}, dims(x)); }

ValueId GraphBuilder::hsigmoid(ValueId x) {
  return node("HardSigmoid", {x}, dims(x), {float_attr("alpha", 1.0 / 6), float_attr("beta", 0.5)});
}

ValueId GraphBuilder::gelu(ValueId x) {
  const ValueId erf = unary("Erf", binary("Div", x, scalar(std::sqrt(2.0))));
  return mul(mul(x, add(erf, scalar(1))), scalar(0.5));
}

ValueId GraphBuilder::softmax(ValueId x, int64_t axis) {
  return node("Softmax", {x}, dims(x), {int_attr("axis", axis)});
}

ValueId GraphBuilder::pool(std::string_view op_type, ValueId x, Window window,
                           std::vector<Attribute> attributes) {
  Dims d = dims(x);
  const int64_t padding = window.padding.value_or(same_padding(window.kernel));
  require(d.size() == 4, op_type, dims_text(d) + " is not an image");
  for (size_t i = 2; i < 4; ++i) {
    d[i] = window_extent(d[i], window.kernel, window.stride, padding);
    require(d[i] > 0, op_type,
            "a window of " + std::to_string(window.kernel) + " does not fit into " +
                dims_text(dims(x)));
  }
  std::vector<Attribute> all = window_attributes(window, padding);
  all.insert(all.end(), attributes.begin(), attributes.end());
  return node(op_type, {x}, std::move(d), std::move(all));
}

ValueId GraphBuilder::max_pool(ValueId x, Window window) { return pool("MaxPool", x, window, {}); }

ValueId GraphBuilder::avg_pool(ValueId x, Window window) {
  return pool("AveragePool", x, window, {int_attr("count_include_pad", 0)});
}

ValueId GraphBuilder::global_avg_pool(ValueId x) {
  Dims d = dims(x);
  for (size_t i = 2; i < d.size(); ++i) d[i] = 1;
  return node("GlobalAveragePool", {x}, std::move(d));
}

ValueId GraphBuilder::squeeze_excite(ValueId x, int64_t hidden) {
  const ConvOptions with_bias{1, true};
  const ValueId squeezed = relu(conv(global_avg_pool(x), hidden, {}, with_bias));
  return mul(x, hsigmoid(conv(squeezed, dims(x)[1], {}, with_bias)));
}

ValueId GraphBuilder::channel_shuffle(ValueId x, int64_t groups) {
  const Dims d = dims(x);
  require(d.size() == 4 && groups > 0 && d[1] % groups == 0, "channel shuffle",
          dims_text(d) + " in " + std::to_string(groups) + " groups");
  const ValueId grouped = reshape(x, {d[0], groups, d[1] / groups, d[2], d[3]});
  return reshape(transpose(grouped, {0, 2, 1, 3, 4}), d);
}

ValueId GraphBuilder::resize_nearest(ValueId x, int64_t scale) {
  Dims d = dims(x);
  const auto s = static_cast<double>(scale);
  d[2] *= scale;
  d[3] *= scale;
  return node("Resize", {x, kNoValue, float_constant({1, 1, s, s}, {4})}, std::move(d),
              {text_attr("mode", "nearest"), text_attr("nearest_mode", "floor"),
               text_attr("coordinate_transformation_mode", "asymmetric")});
}

ValueId GraphBuilder::reshape(ValueId x, Dims to) {
  require(checked_elements(dims(x)) == checked_elements(to), "Reshape",
          dims_text(dims(x)) + " to " + dims_text(to));
  const ValueId target = int_constant({to.begin(), to.end()});
  return node("Reshape", {x, target}, std::move(to));
}

ValueId GraphBuilder::flatten(ValueId x) {
  const Dims& d = dims(x);
  int64_t rest = 1;
  for (size_t i = 1; i < d.size(); ++i) rest *= d[i];
  return node("Flatten", {x}, {d[0], rest}, {int_attr("axis", 1)});
}

ValueId GraphBuilder::transpose(ValueId x, std::vector<int64_t> permutation) {
  Dims d;
  for (const int64_t from : permutation) d.push_back(dims(x)[static_cast<size_t>(from)]);
  return node("Transpose", {x}, std::move(d), {ints_attr("perm", std::move(permutation))});
}

ValueId GraphBuilder::matmul(ValueId a, ValueId b) {
  const Dims &da = dims(a), &db = dims(b);
  require(da.size() >= 2 && db.size() >= 2 && da.back() == db[db.size() - 2], "MatMul",
          dims_text(da) + " by " + dims_text(db));
  std::optional<Dims> d = broadcast(Dims(da.begin(), da.end() - 2), Dims(db.begin(), db.end() - 2));
  require(d.has_value(), "MatMul", dims_text(da) + " by " + dims_text(db));
  d->push_back(da[da.size() - 2]);
  d->push_back(db.back());
  return node("MatMul", {a, b}, std::move(*d));
}

ValueId GraphBuilder::attention(ValueId q, ValueId k, ValueId v) {
  const size_t rank = dims(k).size();
  std::vector<int64_t> swap;
  for (size_t i = 0; i < rank; ++i) swap.push_back(static_cast<int64_t>(i));
  std::swap(swap[rank - 2], swap[rank - 1]);
  const double scale = 1 / std::sqrt(static_cast<double>(dims(q).back()));
  const ValueId scores = mul(matmul(q, transpose(k, swap)), scalar(scale));
  return matmul(softmax(scores), v);
}

ValueId GraphBuilder::concat(const std::vector<ValueId>& parts, int64_t axis) {
  require(!parts.empty(), "Concat", "nothing to join");
  Dims d = dims(parts[0]);
  const size_t at = axis_index(axis, d.size());
  d[at] = 0;
  for (const ValueId part : parts) d[at] += dims(part)[at];
  return node("Concat", parts, std::move(d), {int_attr("axis", axis)});
}

std::vector<ValueId> GraphBuilder::split(ValueId x, size_t parts, int64_t axis) {
  Dims d = dims(x);
  const size_t at = axis_index(axis, d.size());
  const auto n = static_cast<int64_t>(parts);
  require(n > 0 && d[at] % n == 0, "Split", dims_text(d) + " in " + std::to_string(n) + " parts");
  d[at] /= n;
  std::vector<ValueId> outputs{node("Split", {x}, d, {int_attr("axis", axis)})};
  const NodeId split = graph_.value(outputs[0]).producer;
  for (size_t i = 1; i < parts; ++i) {
    Value v;
    v.name = graph_.node(split).name + "." + std::to_string(i);
    v.dtype = DType::kFloat32;
    v.dims = d;
    v.producer = split;
    outputs.push_back(graph_.add_value(std::move(v)));
    graph_.node(split).outputs.push_back(outputs.back());
  }
  return outputs;
}

Graph GraphBuilder::finish(const std::vector<ValueId>& outputs) {
  for (const ValueId v : outputs) graph_.declare_output(v);
  return std::move(graph_);
}

}  // namespace tacho
