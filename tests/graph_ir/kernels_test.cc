// Costs and names of kernels, counted by hand.
#include "graph_ir/kernels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/features.h"
#include "graph_ir/infer/infer_shapes.h"
#include "graph_ir/passes/pipeline.h"
#include "graph_ir/testing.h"
#include "graph_ir/workload.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;

Graph inferred(const std::string& text) {
  Graph graph = testing::graph_from_text(text);
  infer_shapes(graph, {});
  return graph;
}

Graph lowered(const std::string& text) {
  Graph graph = inferred(text);
  run_passes(graph);
  return graph;
}

std::vector<std::string> types(const Graph& graph) {
  std::vector<std::string> names;
  for (const Kernel& k : kernels_of(graph).kernels) names.push_back(k.type);
  return names;
}

constexpr char kConv[] =
    "g (float[1,3,8,8] x, float[4,3,3,3] w) => (float[1,4,8,8] y) { y = Conv<pads=[1,1,1,1]>(x, w) "
    "}";

TEST(Cost, ConvolutionByHand) {
  const Cost c = node_cost(inferred(kConv), 0);
  EXPECT_EQ(c.macs, 4 * 64 * 27);
  EXPECT_EQ(c.flops, 2 * 4 * 64 * 27);
  EXPECT_EQ(c.activations, 4 * 64);
  EXPECT_EQ(c.read_bytes, 4 * (3 * 64 + 4 * 27));
  EXPECT_EQ(c.write_bytes, 4 * 4 * 64);
}

TEST(Cost, DepthwiseConvolutionHasOneInputChannelPerGroup) {
  const Graph g = inferred(
      "g (float[2,6,4,4] x, float[6,1,3,3] w) => (float[2,6,4,4] y) { y = "
      "Conv<pads=[1,1,1,1],group=6>(x, w) }");
  EXPECT_EQ(node_cost(g, 0).macs, 2 * 6 * 16 * 9);
  EXPECT_EQ(work_kind(g, g.node(0)), WorkKind::kDepthwise);
}

TEST(Cost, TransposedConvolutionCountsInputPositions) {
  const Graph g = inferred(
      "g (float[1,2,4,4] x, float[2,5,2,2] w) => (float[1,5,8,8] y) { y = "
      "ConvTranspose<strides=[2,2]>(x, w) }");
  EXPECT_EQ(node_cost(g, 0).macs, 16 * 2 * 5 * 4);
}

TEST(Cost, MatrixProducts) {
  EXPECT_EQ(
      node_cost(inferred("g (float[7,3] a, float[3,5] b) => (float[7,5] y) { y = MatMul(a, b) }"),
                0)
          .macs,
      105);
  EXPECT_EQ(
      node_cost(
          inferred(
              "g (float[2,4,7,3] a, float[2,4,3,5] b) => (float[2,4,7,5] y) { y = MatMul(a, b) }"),
          0)
          .macs,
      8 * 105);
  EXPECT_EQ(node_cost(inferred("g (float[3,7] a, float[5,3] b) => (float[7,5] y) "
                               "{ y = Gemm<transA=1, transB=1>(a, b) }"),
                      0)
                .macs,
            105);
}

TEST(Cost, EinsumIsTheLoopNestOfItsLabels) {
  const Graph g = inferred(
      "g (float[2,3,5] a, float[5,7] b) => (float[2,3,7] y) { y = "
      "Einsum<equation=\"bij,jk->bik\">(a, b) }");
  EXPECT_EQ(node_cost(g, 0).macs, 2 * 3 * 5 * 7);
}

TEST(Cost, EinsumWithoutARightSideAndWithAnEllipsis) {
  const std::string head = "g (float[2,3,5] a, float[5,7] b) => (float[2,3,7] y) ";
  for (const char* equation : {"bij,jk", "...ij,jk->...ik", "...ij,jk"}) {
    const Graph g = inferred(head + "{ y = Einsum<equation=\"" + equation + "\">(a, b) }");
    EXPECT_EQ(node_cost(g, 0).macs, 2 * 3 * 5 * 7) << equation;
  }
}

TEST(KernelType, AZeroPointIsNoBias) {
  EXPECT_THAT(types(lowered("g (uint8[1,3,8,8] x) => (int32[1,4,8,8] y) "
                            "<uint8[4,3,1,1] w = {}, uint8 z = {}> { y = ConvInteger(x, w, z) }")),
              ElementsAre("conv"));
}

TEST(Cost, ViewsCostNothingAndAreNoKernels) {
  const Graph g = inferred(
      "g (float[2,6] x) => (float[6,2] z) "
      "{ s = Constant<value_ints=[6,2]>() y = Reshape(x, s) z = Relu(y) }");
  EXPECT_THAT(types(g), ElementsAre("relu"));
}

TEST(Cost, EdgesRunThroughViews) {
  const Graph g = inferred(
      "g (float[2,6] x) => (float[12] z) "
      "{ a = Tanh(x) s = Constant<value_ints=[12]>() y = Reshape(a, s) z = Relu(y) }");
  EXPECT_THAT(kernels_of(g).edges, ElementsAre(std::make_pair(0, 1)));
}

TEST(KernelType, FollowsNnMeter) {
  const char* const weights =
      "float[8,3,3,3] w = {}, float[8] b = {}, float[8] s = {}, float[8] o = {}, float[8] m = {}, "
      "float[8] v = {}";
  const std::string head =
      std::string("g (float[1,3,8,8] x) => (float[1,8,6,6] z) <") + weights + "> ";
  EXPECT_THAT(
      types(lowered(head + "{ c = Conv(x, w) n = BatchNormalization(c, s, o, m, v) z = Relu(n) }")),
      ElementsAre("conv-bn-relu"));
  // A bias is what folding leaves of a batch norm.
  EXPECT_THAT(types(lowered(head + "{ c = Conv(x, w, b) z = Relu(c) }")),
              ElementsAre("conv-bn-relu"));
  EXPECT_THAT(types(lowered(head + "{ c = Conv(x, w) z = Relu(c) }")), ElementsAre("conv-relu"));
  EXPECT_THAT(
      types(lowered(
          "g (float[1,8] x, float[1,8] u) => (float[1,8] z) { a = Add(x, u) z = Relu(a) }")),
      ElementsAre("add-relu"));
}

TEST(Totals, WeightsCountOnceHoweverOftenTheyAreUsed) {
  const Graph g = lowered(
      "g (float[1,4] x) => (float[1,4] z) <float[4,4] w = {}> { a = MatMul(x, w) r = Relu(a) z = "
      "MatMul(r, w) }");
  EXPECT_EQ(totals_of(g, kernels_of(g)).cost.params, 16);
}

TEST(Totals, WeightsThatReachNoOutputDoNotCount) {
  const Graph g = lowered(
      "g (float[1,4] x) => (float[1,4] z) <float[4,4] w = {}, float[4,4] u = {}> { d = MatMul(x, "
      "u) z = "
      "MatMul(x, w) }");
  EXPECT_EQ(totals_of(g, kernels_of(g)).cost.params, 16);
}

TEST(Totals, RunningStatisticsAreNoParameters) {
  const Graph g = lowered(
      "g (float[1,4,2,2] x) => (float[1,4,2,2] z) <float[4] s = {}, float[4] b = {}, float[4] m = "
      "{}, float[4] v = {}> "
      "{ z = BatchNormalization(x, s, b, m, v) }");
  EXPECT_EQ(totals_of(g, kernels_of(g)).cost.params, 8);
}

class TwoDevices : public FeatureSource {
 public:
  const std::string& id() const override { return id_; }
  const std::vector<std::string>& columns() const override { return columns_; }
  std::vector<float> kernel_ms(const Graph&, const KernelGraph& kernels) const override {
    std::vector<float> ms;
    for (size_t i = 0; i < kernels.kernels.size(); ++i) ms.insert(ms.end(), {0.001f, 0.0f});
    return ms;
  }

 private:
  std::string id_ = "two";
  std::vector<std::string> columns_ = {"ms_a", "ms_b"};
};

TEST(Features, ASourceAddsItsTimesAsFeaturesAndAsBaseCosts) {
  const Graph g = inferred(kConv);
  const TwoDevices source;
  const FeatureSchema schema = feature_schema(&source);
  const GraphFeatures plain = featurize(g, kernels_of(g));
  const GraphFeatures f = featurize(g, kernels_of(g), &source);
  ASSERT_EQ(f.features.size(), plain.features.size() + 2);
  ASSERT_EQ(f.features.size(), schema.features.size());
  ASSERT_EQ(f.base_costs.size(), schema.base_costs.size());
  EXPECT_EQ(schema.features[plain.features.size()], "ms_a");
  EXPECT_EQ(schema.source, "two");
  EXPECT_FLOAT_EQ(f.features[plain.features.size()], 1);  // log2(1 + 1 us)
  EXPECT_EQ(f.features.back(), 0);
  EXPECT_FLOAT_EQ(f.base_costs[plain.base_costs.size()], 0.001f);
  EXPECT_TRUE(std::equal(plain.features.begin(), plain.features.end(), f.features.begin()));
}

TEST(Features, OneRowPerKernelInTheTablesOrder) {
  const Graph g = inferred(kConv);
  const GraphFeatures f = featurize(g, kernels_of(g));
  ASSERT_EQ(f.num_kernels, 1);
  ASSERT_EQ(f.features.size(), feature_table().size());
  ASSERT_EQ(f.base_costs.size(), base_cost_table().size());
  for (size_t i = 0; i < f.features.size(); ++i) {
    if (feature_table()[i].name == "window") {
      EXPECT_EQ(f.features[i], 3);
    }
    if (feature_table()[i].name == "conv") {
      EXPECT_EQ(f.features[i], 1);
    }
    if (feature_table()[i].name == "dwconv") {
      EXPECT_EQ(f.features[i], 0);
    }
  }
  EXPECT_FLOAT_EQ(f.base_costs[0], 2e-9f * 4 * 64 * 27);
}

TEST(Ops, NamesAreSortedAndRoundTrip) {
  for (int i = 1; i < static_cast<int>(Op::kFusedAttention); ++i) {
    const Op op = static_cast<Op>(i);
    EXPECT_EQ(op_from_name(op_name(op)), op) << op_name(op) << ": ops.def is not sorted";
  }
  EXPECT_EQ(op_from_name("NoSuchOperator"), Op::kUnknown);
  EXPECT_EQ(op_from_name("FusedAttention"), Op::kUnknown);  // no ONNX file may name our own
}

}  // namespace
}  // namespace tacho
