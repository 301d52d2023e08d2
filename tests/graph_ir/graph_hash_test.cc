#include "graph_ir/graph_hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "graph_ir/infer_testing.h"
#include "graph_ir/references/reference.h"

namespace tacho::testing {
namespace {

std::string hash_of(const std::string& text) { return graph_hash(inferred(text)).hex(); }

std::string key_of(const std::string& text, const BindOptions& options) {
  const GraphKey key = graph_key(graph_from_text(text), options);
  return key.hash.hex() + "@" + std::to_string(key.batch);
}

BindOptions at_batch(int64_t batch) {
  BindOptions options;
  options.batch = batch;
  return options;
}

constexpr const char* kPlain =
    "g (float[1,3,8,8] x) => (float[1,4,8,8] y) <float[4,3,3,3] w = {0}> {"
    " c = Conv<pads=[1,1,1,1], strides=[1,1]>(x, w)  y = Relu(c) }";

/// The same network with other names, and nodes, values and consumers in another order.
Graph shuffled(const Graph& graph, uint64_t seed) {
  std::mt19937_64 random(seed);
  Graph result;
  result.opset = graph.opset;
  result.ir_version = graph.ir_version;
  std::vector<ValueId> values(static_cast<size_t>(graph.num_value_ids()));
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<ValueId>(i);
  std::shuffle(values.begin(), values.end(), random);
  std::vector<ValueId> place(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    Value value = graph.value(values[i]);
    value.name = "v" + std::to_string(i);
    value.consumers.clear();
    value.producer = kNoNode;
    value.is_graph_input = false;
    value.output_uses = 0;
    place[static_cast<size_t>(values[i])] = result.add_value(std::move(value));
  }
  const auto moved = [&](ValueId& id) {
    if (id != kNoValue) id = place[static_cast<size_t>(id)];
  };
  std::vector<NodeId> nodes;
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) nodes.push_back(id);
  std::shuffle(nodes.begin(), nodes.end(), random);
  for (const NodeId id : nodes) {
    Node node = graph.node(id);
    node.name = "n" + std::to_string(id * 7);
    std::shuffle(node.attributes.begin(), node.attributes.end(), random);
    for (Attribute& a : node.attributes) moved(a.tensor);
    for (ValueId& v : node.inputs) moved(v);
    for (ValueId& v : node.outputs) moved(v);
    result.add_node(std::move(node));
  }
  for (size_t i = graph.inputs.size(); i-- > 0;) {
    result.declare_input(place[static_cast<size_t>(graph.inputs[i])], graph.input_symbols[i]);
  }
  for (const ValueId v : graph.outputs) result.declare_output(place[static_cast<size_t>(v)]);
  return result;
}

TEST(GraphHash, IsTheSameInEveryRelease) {
  EXPECT_EQ(hash_of(kPlain), "79f70ecf8068258555a7bbe6f7b6adf6");
}

TEST(GraphHash, DoesNotDependOnNamesAndOrder) {
  for (const char* name : {"family:resnet:1", "family:mobilenetv2:2", "family:squeezenet:3",
                           "nasbench201:|nor_conv_3x3~0|+|none~0|skip_connect~1|+|nor_conv_1x1~0|"
                           "avg_pool_3x3~1|none~2|"}) {
    const Graph graph = build_reference(name);
    const std::string hash = graph_hash(graph).hex();
    for (uint64_t seed = 0; seed < 5; ++seed) {
      EXPECT_EQ(graph_hash(shuffled(graph, seed)).hex(), hash) << name;
    }
  }
}

TEST(GraphHash, DoesNotDependOnWeightsOrOnHowAConstantIsStored) {
  const std::string with_weights =
      "g (float[1,2] x) => (float[1,2] y) <float[2,2] w = {1, 2, 3, 4}> { y = MatMul(x, w) }";
  const std::string other_weights =
      "h (float[1,2] a) => (float[1,2] b) <float[2,2] w = {4, 3, 2, 1}> { b = MatMul(a, w) }";
  const std::string without =
      "g (float[1,2] x) => (float[1,2] y) <float[2,2] w = {0}> { y = MatMul(x, w) }";
  const std::string node =
      "g (float[1,2] x) => (float[1,2] y) {"
      " w = Constant<value = float[2,2] {1, 2, 3, 4}>()  y = MatMul(x, w) }";
  EXPECT_EQ(hash_of(with_weights), hash_of(other_weights));
  EXPECT_EQ(hash_of(with_weights), hash_of(without));
  EXPECT_EQ(hash_of(with_weights), hash_of(node));
}

TEST(GraphHash, DoesNotDependOnWhatReachesNoOutput) {
  EXPECT_EQ(hash_of("g (float[1,3,8,8] x, float[2] unused) => (float[1,4,8,8] y)"
                    " <float[4,3,3,3] w = {0}> {"
                    " c = Conv<strides=[1,1], pads=[1,1,1,1]>(x, w)  dead = Sqrt(c)"
                    " y = Relu(c) }"),
            hash_of(kPlain));
}

TEST(GraphHash, DependsOnEveryDimTypeAttributeAndOperator) {
  std::vector<std::string> texts = {
      kPlain,
      // a dim of the input, of a weight; the type
      "g (float[1,3,9,8] x) => (float[1,4,9,8] y) <float[4,3,3,3] w = {0}> {"
      " c = Conv<pads=[1,1,1,1], strides=[1,1]>(x, w)  y = Relu(c) }",
      "g (float[1,3,8,8] x) => (float[1,5,8,8] y) <float[5,3,3,3] w = {0}> {"
      " c = Conv<pads=[1,1,1,1], strides=[1,1]>(x, w)  y = Relu(c) }",
      "g (double[1,3,8,8] x) => (double[1,4,8,8] y) <double[4,3,3,3] w = {0}> {"
      " c = Conv<pads=[1,1,1,1], strides=[1,1]>(x, w)  y = Relu(c) }",
      // an attribute, the operator, one operator more, another domain
      "g (float[1,3,8,8] x) => (float[1,4,8,8] y) <float[4,3,3,3] w = {0}> {"
      " c = Conv<pads=[1,1,1,1], strides=[1,1], dilations=[1,1]>(x, w)  y = Relu(c) }",
      "g (float[1,3,8,8] x) => (float[1,4,8,8] y) <float[4,3,3,3] w = {0}> {"
      " c = Conv<pads=[1,1,1,1], strides=[1,1]>(x, w)  y = Sigmoid(c) }",
      "g (float[1,3,8,8] x) => (float[1,4,8,8] y) <float[4,3,3,3] w = {0}> {"
      " c = Conv<pads=[1,1,1,1], strides=[1,1]>(x, w)  d = Relu(c)  y = Relu(d) }",
      "g (float[1,3,8,8] x) => (float[1,4,8,8] y) <float[4,3,3,3] w = {0}, float[4] b = {0}> {"
      " c = Conv<pads=[1,1,1,1], strides=[1,1]>(x, w, b)  y = Relu(c) }",
      // one output more
      "g (float[1,3,8,8] x) => (float[1,4,8,8] y, float[1,4,8,8] c) <float[4,3,3,3] w = {0}> {"
      " c = Conv<pads=[1,1,1,1], strides=[1,1]>(x, w)  y = Relu(c) }"};
  std::vector<std::string> hashes;
  for (const std::string& text : texts) hashes.push_back(hash_of(text));
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::unique(hashes.begin(), hashes.end()), hashes.end());
}

TEST(GraphHash, DependsOnElementsThatSteer) {
  const auto transposed = [](const std::string& shape) {
    return hash_of("g (float[1,4,4] x) => (float[a,b,c] y) <int64[3] s = {" + shape +
                   "}> { t = Reshape(x, s)  y = Relu(t) }");
  };
  EXPECT_NE(transposed("1,2,8"), transposed("1,8,2"));
  const auto scaled = [](const std::string& factor) {
    return hash_of("g (float[1,4] x) => (float[1,4] y) { s = Constant<value = float {" + factor +
                   "}>()  y = Mul(x, s) }");
  };
  EXPECT_NE(scaled("0"), scaled("1"));
}

TEST(GraphHash, ScalesOfQuantisedOperatorsAreWeights) {
  const auto quantised = [](const std::string& scale, const std::string& zero) {
    return hash_of("g (float[1,4] x) => (uint8[1,4] y) <float s = {" + scale + "}, uint8 z = {" +
                   zero + "}> { y = QuantizeLinear(x, s, z) }");
  };
  EXPECT_EQ(quantised("0.5", "3"), quantised("0.25", "7"));
}

TEST(GraphHash, TellsAValueReadTwiceFromTwoEqualValues) {
  const std::string shared =
      "g (float[1,4] x) => (float[1,4] y) { a = Relu(x)  b = Sqrt(a)  c = Exp(a)  y = Add(b, c) }";
  const std::string doubled =
      "g (float[1,4] x) => (float[1,4] y) {"
      " a = Relu(x)  d = Relu(x)  b = Sqrt(a)  c = Exp(d)  y = Add(b, c) }";
  EXPECT_NE(hash_of(shared), hash_of(doubled));
}

TEST(GraphHash, TellsWhichOfTwoEqualValuesIsReadByWhom) {
  const auto parted = [](const std::string& third) {
    return hash_of(
        "g (float[1,4] x) => (float[1,4] p, float[1,4] q, float[1,4] r) {"
        " a = Relu(x)  b = Relu(x)  p = Sqrt(a)  q = Exp(b)  r = Tanh(" +
        third + ") }");
  };
  EXPECT_NE(parted("a"), parted("b"));  // a's readers are {Sqrt, Tanh} or {Sqrt}
}

TEST(GraphHash, TellsOneInputFromTwo) {
  EXPECT_NE(hash_of("g (float[1,4] x) => (float[1,4] y) { y = Sub(x, x) }"),
            hash_of("g (float[1,4] x, float[1,4] z) => (float[1,4] y) { y = Sub(x, z) }"));
  EXPECT_NE(
      hash_of("g (float[1,4] x, float[1,8] z) => (float[1,12] y) { y = Concat<axis=1>(x, z) }"),
      hash_of("g (float[1,4] x, float[1,8] z) => (float[1,12] y) { y = Concat<axis=1>(z, x) }"));
}

TEST(GraphHash, TheOpsetCountsOnlyWhereItChangesTheMeaning) {
  const auto at = [](int opset, const std::string& op) {
    return hash_of("<ir_version: 7, opset_import: [\"\" : " + std::to_string(opset) +
                   "]> g (float[1,4,4] x) => (float[1,4,4] y) { y = " + op + "(x) }");
  };
  EXPECT_EQ(at(11, "Relu"), at(17, "Relu"));
  EXPECT_NE(at(11, "Softmax"), at(17, "Softmax"));
  EXPECT_EQ(at(13, "Softmax"), at(17, "Softmax"));
}

TEST(GraphKey, AllBatchSizesShareTheHashOfTheSameNetwork) {
  const std::string symbolic =
      "g (float[N,4,4] x) => (float[N,16] y) <int64[2] s = {-1, 16}> { y = Reshape(x, s) }";
  const std::string at_eight =
      "g (float[8,4,4] x) => (float[8,16] y) <int64[2] s = {-1, 16}> { y = Reshape(x, s) }";
  const std::string one = key_of(symbolic, {});
  EXPECT_EQ(key_of(at_eight, at_batch(1)), one);
  EXPECT_EQ(key_of(symbolic, at_batch(8)), key_of(at_eight, {}));
  EXPECT_EQ(key_of(symbolic, at_batch(8)).substr(0, 32), one.substr(0, 32));
  EXPECT_EQ(key_of(symbolic, at_batch(8)).substr(32), "@8");
}

TEST(GraphKey, AShapeThatWasAskedForIsAnotherNetwork) {
  const std::string text = "g (float[N,C] x) => (float[N,C] y) { y = Relu(x) }";
  BindOptions wide, wide_at_four;
  wide.shapes = {{"x", {1, 64}}};
  wide_at_four.shapes = {{"x", {4, 64}}};
  EXPECT_NE(key_of(text, wide), key_of(text, {}));
  EXPECT_EQ(key_of(text, wide).substr(0, 32), key_of(text, wide_at_four).substr(0, 32));
}

TEST(GraphHash, HexReadsBack) {
  const GraphHash hash{0x0123456789abcdefULL, 0xfedcba9876543210ULL};
  EXPECT_EQ(hash.hex(), "0123456789abcdeffedcba9876543210");
  EXPECT_EQ(GraphHash::from_hex(hash.hex()), hash);
  EXPECT_FALSE(GraphHash::from_hex("0123"));
  EXPECT_FALSE(GraphHash::from_hex("G123456789abcdeffedcba9876543210"));
}

}  // namespace
}  // namespace tacho::testing
