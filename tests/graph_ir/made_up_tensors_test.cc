#include "graph_ir/made_up_tensors.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "graph_ir/graph_builder.h"
#include "graph_ir/testing.h"

namespace tacho {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using testing::graph_from_text;

ValueId value_named(const Graph& graph, const std::string& name) {
  for (ValueId id = 0; id < graph.num_value_ids(); ++id) {
    if (graph.value(id).name == name) return id;
  }
  return kNoValue;
}

TensorData constant(const Graph& graph, const std::string& name, uint64_t seed = 0) {
  return constant_data(graph, value_named(graph, name), seed);
}

Graph conv_graph(const std::string& name = "g") {
  return graph_from_text(name +
                         " (float[1,16,8,8] x) => (float[1,8,8,8] y) <float[8,16,1,1] w = {}, "
                         "float[8] s = {}, float[8] b = {}, float[8] m = {}, float[8] v = {}>"
                         "{ a = Conv(x, w)  y = BatchNormalization(a, s, b, m, v) }");
}

TEST(MadeUpTensors, WeightsKeepTheScaleOfTheirInput) {
  const TensorData w = constant(conv_graph(), "w");
  ASSERT_EQ(w.reals.size(), 128u);
  double squares = 0;
  for (const float x : w.reals) squares += x * x;
  EXPECT_NEAR(squares / 8, 1, 0.25);  // 16 products a sum
  const float bound = std::sqrt(3.0F / 16);
  EXPECT_THAT(w.reals, Each(::testing::AllOf(::testing::Ge(-bound), ::testing::Le(bound))));
}

TEST(MadeUpTensors, NoVarianceIsNegative) {
  for (const char* name : {"s", "v"}) {
    EXPECT_THAT(constant(conv_graph(), name).reals,
                Each(::testing::AllOf(::testing::Ge(0.5F), ::testing::Le(1.5F))));
  }
  EXPECT_THAT(constant(conv_graph(), "m").reals,
              Each(::testing::AllOf(::testing::Ge(-0.1F), ::testing::Le(0.1F))));
}

TEST(MadeUpTensors, DependOnNameAndSeedAndNotOnTheGraphsName) {
  const Graph graph = conv_graph();
  EXPECT_EQ(constant(graph, "w").reals, constant(conv_graph("other"), "w").reals);
  EXPECT_NE(constant(graph, "w").reals, constant(graph, "w", 1).reals);
  EXPECT_NE(constant(graph, "s").reals, constant(graph, "v").reals);
}

TEST(MadeUpTensors, KnownElementsStay) {
  const Graph graph = graph_from_text(
      "g (float[2] x) => (float[2] y) <float[2] c = {3, 4}, int64[2] i = {1, 0}>"
      "{ a = Add(x, c)  y = Gather(a, i) }");
  EXPECT_THAT(constant(graph, "c").reals, ElementsAre(3, 4));
  EXPECT_THAT(constant(graph, "i").ints, ElementsAre(1, 0));
}

TEST(MadeUpTensors, IndicesAreInRange) {
  const Graph graph = graph_from_text(
      "g (float[5,2] x) => (float[64,2] y) <int64[64] i = {}> { y = Gather(x, i) }");
  std::vector<int64_t> indices = constant(graph, "i").ints;
  ASSERT_EQ(indices.size(), 64u);
  std::sort(indices.begin(), indices.end());
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  EXPECT_THAT(indices, ElementsAre(0, 1, 2, 3, 4));
}

TEST(MadeUpTensors, InputsHaveMeanZeroAndVarianceOne) {
  GraphBuilder g("g");
  const Graph graph = g.finish({g.relu(g.input({100, 100}))});
  const TensorData x = input_data(graph, graph.inputs[0]);
  double sum = 0, squares = 0;
  for (const float v : x.reals) {
    sum += v;
    squares += v * v;
  }
  EXPECT_NEAR(sum / 1e4, 0, 0.04);
  EXPECT_NEAR(squares / 1e4, 1, 0.04);
}

// Other numbers would be another model to whoever keeps outputs.
TEST(MadeUpTensors, AreTheSameInEveryRelease) {
  const TensorData w = constant(conv_graph(), "w");
  EXPECT_FLOAT_EQ(w.reals[0], 0.29043892F);
  EXPECT_FLOAT_EQ(w.reals[127], -0.18907371F);
}

}  // namespace
}  // namespace tacho
