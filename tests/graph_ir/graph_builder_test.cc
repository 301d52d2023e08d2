#include "graph_ir/graph_builder.h"

#include <gmock/gmock.h>

#include "common/error.h"
#include "graph_ir/lower.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> types_of(Graph graph) {
  const LoweredModel model = lower(std::move(graph), {});
  std::vector<std::string> types;
  for (const Kernel& k : model.kernels.kernels) types.push_back(k.type);
  return types;
}

TEST(GraphBuilder, InfersWhatShapeInferenceInfers) {
  const auto build = [] {
    GraphBuilder g("everything");
    ValueId x = g.input({2, 8, 17, 13});
    x = g.relu6(g.bn(g.conv(x, 16, {3, 2})));
    x = g.squeeze_excite(x, 4);
    x = g.channel_shuffle(x, 4);
    x = g.add(g.gelu(x), g.tanh(x));
    const auto halves = g.split(x, 2);
    x = g.concat({halves[1], halves[0], g.hswish(halves[0])});
    x = g.resize_nearest(x, 2);
    x = g.conv_transpose(x, 6, {4, 2}, {2, true});
    x = g.max_pool(x, {2, 2});
    x = g.avg_pool(x, {3, 1});
    x = g.layer_norm(g.transpose(g.reshape(x, {2, 6, 18 * 14}), {0, 2, 1}));
    x = g.softmax(g.fc(x, 10));
    x = g.matmul(g.transpose(x, {0, 2, 1}), x);
    return g.finish({g.fc(g.flatten(x), 5)});
  };
  const Graph built = build();
  Graph inferred = build();
  infer_shapes(inferred, {});
  for (ValueId v = 0; v < built.num_value_ids(); ++v) {
    EXPECT_EQ(dims_text(built.value(v).dims.value()), dims_text(inferred.value(v).dims.value()))
        << built.value(v).name;
  }
  EXPECT_EQ(dims_text(*built.value(built.outputs[0]).dims), "2x5");
}

TEST(GraphBuilder, SpellsPatternsSoThatTheyFuse) {
  GraphBuilder g("patterns");
  ValueId x = g.input({1, 8, 8, 8});
  x = g.relu6(g.bn(g.conv(x, 8, {3})));
  x = g.squeeze_excite(x, 2);
  x = g.channel_shuffle(x, 2);
  x = g.gelu(x);
  EXPECT_THAT(types_of(g.finish({x})),
              ElementsAre("conv-bn-relu6", "se", "channelshuffle", "gelu"));
}

TEST(GraphBuilder, NamesNodesWithTheirScope) {
  GraphBuilder g("scopes");
  const ValueId x = g.input({1, 3, 8, 8});
  g.scope("stem.");
  const ValueId y = g.relu(x);
  const Graph graph = g.finish({y});
  EXPECT_EQ(graph.node(0).name, "stem.Relu_0");
}

TEST(GraphBuilder, NamesOperatorAndDimsOfWhatDoesNotFit) {
  GraphBuilder g("misfits");
  const ValueId x = g.input({1, 3, 8, 8}), y = g.input({1, 4, 8, 8});
  const auto message = [](auto&& build) -> std::string {
    try {
      build();
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_THAT(message([&] { g.add(x, y); }), HasSubstr("Add: 1x3x8x8 and 1x4x8x8"));
  EXPECT_THAT(message([&] {
                g.conv(x, 4, {11, 1, 0});
              }),
              HasSubstr("11 does not fit into 1x3x8x8"));
  EXPECT_THAT(message([&] { g.conv(x, 4, {1}, {2}); }), HasSubstr("in 2 groups"));
  EXPECT_THAT(message([&] { g.reshape(x, {5}); }), HasSubstr("Reshape: 1x3x8x8 to 5"));
  EXPECT_THAT(message([&] { g.matmul(x, g.input({1, 3, 7, 8})); }), HasSubstr("MatMul"));
  EXPECT_THAT(message([&] { g.split(x, 2); }), HasSubstr("Split"));
}

}  // namespace
}  // namespace tacho
