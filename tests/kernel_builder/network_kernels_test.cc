#include "kernel_builder/network_kernels.h"

#include <gmock/gmock.h>

#include "graph_ir/graph_builder.h"
#include "graph_ir/lower.h"
#include "graph_ir/testing.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> kernels_of_model(Graph graph) {
  const LoweredModel model = lower(std::move(graph), {});
  std::vector<std::string> texts;
  for (const Kernel& k : model.kernels.kernels) {
    const auto config = kernel_config_of(model.graph, k);
    texts.push_back(config ? to_text(Catalogue::builtin().at(config->kernel), *config) : "none");
  }
  return texts;
}

TEST(NetworkKernels, CoverTheDemosResnet18) {
  const LoweredModel model = lower_file(TACHO_SOURCE_DIR "/models/resnet18.onnx", {});
  double covered = 0, all = 0;
  for (const Kernel& k : model.kernels.kernels) {
    const auto config = kernel_config_of(model.graph, k);
    ASSERT_TRUE(config.has_value()) << model.graph.describe(k.node);
    covered += Catalogue::builtin().at(config->kernel).cost(*config).cost.macs;
    all += k.cost.macs;
  }
  EXPECT_EQ(covered, all);  // square maps and windows: the formula is exact
}

TEST(NetworkKernels, TakeTheNearestTailOfAConvolution) {
  GraphBuilder g("tails");
  const ValueId x = g.input({1, 8, 16, 16});
  const ValueId a = g.silu(g.bn(g.conv(x, 8, {3})));
  const ValueId b = g.relu(g.add(a, g.bn(g.conv(a, 8, {1}))));
  const ValueId c = g.hswish(g.dwconv(b, {5, 2}));
  EXPECT_THAT(kernels_of_model(g.finish({c})),
              ElementsAre("conv-bn-hswish:hw=16,cin=8,cout=8,k=3,s=1",
                          "conv-bn-relu:hw=16,cin=8,cout=8,k=1,s=1",
                          "dwconv-bn-hswish:hw=16,cin=8,k=5,s=2"));
}

TEST(NetworkKernels, DescribeATransformersLayer) {
  GraphBuilder g("layer");
  const ValueId x = g.input({2, 196, 64});
  const ValueId n = g.layer_norm(x);
  const auto heads = [&](ValueId v) {
    return g.transpose(g.reshape(g.fc(v, 64), {2, 196, 4, 16}), {0, 2, 1, 3});
  };
  const ValueId q = heads(n), k = heads(n), v = heads(n);
  const ValueId y = g.transpose(g.attention(q, k, v), {0, 2, 1, 3});
  const std::vector<std::string> kernels = kernels_of_model(g.finish({g.reshape(y, {2, 196, 64})}));
  EXPECT_THAT(kernels, ::testing::Contains("layernorm:rows=196,cols=64,b=2"));
  EXPECT_THAT(kernels, ::testing::Contains("fc:cin=64,cout=64,b=392").Times(3));
  EXPECT_THAT(kernels, ::testing::Contains("attention:heads=4,m=196,n=196,d=16,b=2"));
}

TEST(NetworkKernels, KeepRealExtents) {
  GraphBuilder g("odd");
  const ValueId x = g.input({1, 3, 10, 40});  // not square: 20 × 20 has the same area
  EXPECT_THAT(kernels_of_model(g.finish({g.relu(g.conv(x, 5, {3, 1}))})),
              ElementsAre("conv-relu:hw=20,cin=3,cout=5,k=3,s=1"));
}

TEST(NetworkKernels, HaveNoTypeForARecurrentLayer) {
  Graph graph = testing::graph_from_text(
      "g (float[5,1,4] x, float[1,12,4] w, float[1,12,3] r) => (float[5,1,1,3] y) {"
      " y = LSTM<hidden_size=3>(x, w, r) }");
  EXPECT_THAT(kernels_of_model(std::move(graph)), ElementsAre("none"));
}

}  // namespace
}  // namespace tacho
