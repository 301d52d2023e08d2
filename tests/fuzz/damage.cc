#include "fuzz/damage.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "graph_ir/testing.h"

namespace tacho::testing {
namespace {

constexpr const char* kConvolutional = R"(net (float[N,3,8,8] x) => (float[N,2] y)
  <float[4,3,3,3] w, float[4] b, float[4] scale, float[4] mean, float[4] var, float[4,2] f> {
    c = Conv<pads = [1,1,1,1], strides = [2,2]>(x, w, b)
    n = BatchNormalization(c, scale, b, mean, var)
    r = Relu(n)
    s = Sigmoid(r)
    m = Mul(r, s)
    p = MaxPool<kernel_shape = [2,2], strides = [2,2]>(m)
    g = GlobalAveragePool(p)
    v = Flatten(g)
    y = Gemm(v, f)
  })";

constexpr const char* kShapes = R"(net (float[5,6,4] x) => (float y)
  <int64[1] zero = {0}, int64[1] minus = {-1}, int64[1] two = {2}, int64[1] one = {1}, int64[3] steps = {1,1,1}, int64[4] w0 = {1,1,1,1}> {
    s = Shape(x)
    first = Slice(s, zero, two)
    t = Concat<axis = 0>(first, two, minus)
    r = Reshape(x, t)
    o = Transpose<perm = [0,2,1,3]>(r)
    a, b = Split<axis = 2>(o)
    i = Squeeze(one)
    g = Gather<axis = 1>(a, i)
    e = Unsqueeze(g, one)
    w = Tile(steps, two)
    c = Cast<to = 1>(w)
    l = Add(e, b)
    k = Expand(l, w0)
    y = ReduceSum(k, minus)
  })";

constexpr const char* kAttention = R"(net (float[1,5,8] x) => (float[1,5,8] y)
  <float[8,8] wq, float[8,8] wk, float[8,8] wv, float scale = {0.5}, float eps = {0.00001}, float two = {2}> {
    q = MatMul(x, wq)
    k = MatMul(x, wk)
    v = MatMul(x, wv)
    kt = Transpose<perm = [0,2,1]>(k)
    a = MatMul(q, kt)
    as = Mul(a, scale)
    p = Softmax<axis = -1>(as)
    o = MatMul(p, v)
    z = Add(o, x)
    m = ReduceMean<axes = [-1]>(z)
    d = Sub(z, m)
    d2 = Pow(d, two)
    var = ReduceMean<axes = [-1]>(d2)
    ve = Add(var, eps)
    sd = Sqrt(ve)
    y = Div(d, sd)
  })";

constexpr const char* kRecurrent = R"(net (float[4,2,3] x) => (float[4,1,2,5] y)
  <float[1,20,3] w, float[1,20,5] r> {
    y, h, c = LSTM<hidden_size = 5>(x, w, r)
  })";

constexpr const char* kQuantised = R"(net (float[1,4] x) => (float[1,2,2] y)
  <float s = {0.1}, uint8 z = {3}, float[4,4] w, int64[3] t = {1,2,2}> {
    q = QuantizeLinear(x, s, z)
    d = DequantizeLinear(q, s, z)
    m = MatMul(d, w)
    c = Clip(m)
    y = Reshape(c, t)
  })";

}  // namespace

std::string weightless_model(const std::string& text) {
  onnx::ModelProto model;
  if (!model.ParseFromString(model_bytes(text))) throw std::runtime_error("cannot parse: " + text);
  onnx::GraphProto& graph = *model.mutable_graph();
  std::set<std::string> made;
  for (const onnx::NodeProto& node : graph.node())
    made.insert(node.output().begin(), node.output().end());
  for (const onnx::TensorProto& tensor : graph.initializer()) made.insert(tensor.name());
  for (const onnx::ValueInfoProto& value : graph.value_info()) {
    if (made.count(value.name()) > 0) continue;
    onnx::TensorProto* weight = graph.add_initializer();
    weight->set_name(value.name());
    weight->set_data_type(value.type().tensor_type().elem_type());
    for (const auto& dim : value.type().tensor_type().shape().dim())
      weight->add_dims(dim.dim_value());
  }
  graph.clear_value_info();
  return model.SerializeAsString();
}

const std::vector<SeedModel>& seed_models() {
  static const std::vector<SeedModel> models = {{"convolutional", weightless_model(kConvolutional)},
                                                {"shapes", weightless_model(kShapes)},
                                                {"attention", weightless_model(kAttention)},
                                                {"recurrent", weightless_model(kRecurrent)},
                                                {"quantised", weightless_model(kQuantised)}};
  return models;
}

uint64_t Random::next() {
  // SplitMix64, https://prng.di.unimi.it/splitmix64.c
  uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::string with_flipped_bit(std::string bytes, size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  return bytes;
}

std::string damaged(std::string bytes, Random& random) {
  const size_t at = random.below(bytes.size());
  const size_t length = std::min(bytes.size() - at, 1 + random.below(16));
  const std::string piece = bytes.substr(at, length);
  switch (random.below(4)) {
    case 0:
      bytes[at] = static_cast<char>(random.next());
      break;
    case 1:
      bytes.erase(at, length);
      break;
    case 2:
      bytes.insert(at, piece);
      break;
    default:
      bytes.replace(random.below(bytes.size() - length + 1), length, piece);
      break;
  }
  return bytes;
}

}  // namespace tacho::testing
