#include "kernel_builder/deployed_graph.h"

#include <gmock/gmock.h>

#include "graph_ir/dag.h"
#include "graph_ir/lower.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> operators_of(const Graph& graph) {
  std::vector<std::string> types;
  for (const NodeId id : topological_order(graph)) types.push_back(graph.node(id).op_type);
  return types;
}

Graph deployed(const std::string& text) {
  const KernelConfig config = parse_kernel(Catalogue::builtin(), text);
  return deployed_graph(Catalogue::builtin().at(config.kernel), config);
}

TEST(DeployedGraph, ABatchNormBehindAConvolutionBecomesItsBias) {
  const Graph g = deployed("conv-bn-relu:hw=8,cin=3,cout=4,k=3,s=1");
  EXPECT_THAT(operators_of(g), ElementsAre("Conv", "Relu"));
  const Node& conv = g.node(topological_order(g).front());
  ASSERT_EQ(conv.inputs.size(), 3u);
  EXPECT_THAT(*g.value(conv.inputs[2]).dims, ElementsAre(4));
}

TEST(DeployedGraph, AtTheEndOfTheGraphTheConvolutionMakesTheOutput) {
  const Graph g = deployed("dwconv-bn:hw=8,cin=4,k=3,s=2");
  EXPECT_THAT(operators_of(g), ElementsAre("Conv"));
  ASSERT_EQ(g.outputs.size(), 1u);
  EXPECT_EQ(g.producer(g.outputs[0]), &g.node(topological_order(g).front()));
}

TEST(DeployedGraph, IsTheSameKernelAfterFusion) {
  const LoweredModel model = lower(deployed("conv-bn-relu:hw=8,cin=3,cout=4,k=3,s=1"), {});
  ASSERT_EQ(model.kernels.kernels.size(), 1u);
  EXPECT_EQ(model.kernels.kernels[0].type, "conv-bn-relu");
}

TEST(DeployedGraph, ABatchNormWithoutAConvolutionStays) {
  EXPECT_THAT(operators_of(deployed("bnrelu:hw=8,cin=4")),
              ElementsAre("BatchNormalization", "Relu"));
  EXPECT_THAT(operators_of(deployed("conv-relu:hw=8,cin=3,cout=4,k=3,s=1")),
              ElementsAre("Conv", "Relu"));
}

}  // namespace
}  // namespace tacho
