#include "graph_ir/liveness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "graph_ir/features.h"
#include "graph_ir/kernel_class.h"
#include "graph_ir/kernel_family.h"
#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

Graph lowered(const std::string& text) {
  Graph graph = testing::inferred(text);
  run_passes(graph);
  return graph;
}

/// "conv:1 mul:0": each kernel's type and whether it is live.
std::string liveness(const Graph& graph) {
  const KernelGraph kernels = kernels_of(graph);
  const std::vector<uint8_t> live = live_kernels(graph, kernels);
  std::string text;
  for (size_t k = 0; k < live.size(); ++k) {
    text += (k == 0 ? "" : " ") + kernels.kernels[k].type + ":" + std::to_string(live[k]);
  }
  return text;
}

std::string liveness(const std::string& text) { return liveness(lowered(text)); }

const std::string kHead =
    "g (float[1,4,8,8] x) => (float[1,4,8,8] y) <float zero = {0}, float one = {1}, "
    "float[4,4,1,1] w = {}> ";

TEST(LiveKernels, AllAreWhereNothingIsMultipliedByZero) {
  EXPECT_EQ(liveness(kHead + "{ a = Conv(x, w) b = Mul(a, one) y = MaxPool<kernel_shape=[1,1]>(b) "
                             "}"),
            "conv:1 mul:1");
}

TEST(LiveKernels, WhatOnlyAMultiplicationByZeroReadsIsNot) {
  EXPECT_EQ(liveness(kHead + "{ a = Sigmoid(x) b = Mul(a, zero) c = Conv(x, w) d = Relu(c) "
                             "y = Concat<axis=0>(b, d) }"),
            "sigmoid:0 mul:0 conv-relu:1 concat:1");
}

TEST(LiveKernels, WhatAnotherLivePathReadsToo) {
  EXPECT_EQ(liveness(kHead + "{ a = Sigmoid(x) b = Mul(a, zero) d = Softmax(a) "
                             "y = Concat<axis=0>(b, d) }"),
            "sigmoid:1 mul:0 softmax:1 concat:1");
}

TEST(LiveKernels, WhatReadsZerosIsStillRun) {
  EXPECT_EQ(liveness(kHead + "{ a = Mul(x, zero) y = Conv(a, w) }"), "mul:0 conv:1");
}

TEST(LiveKernels, ASumWithAZeroIsAnIdentityAndWhatFeedsItIsNot) {
  EXPECT_EQ(liveness(kHead + "{ a = Mul(x, zero) b = Softmax(x) y = Add(a, b) }"),
            "mul:0 softmax:1 add:0");
  EXPECT_EQ(liveness(kHead + "{ a = Mul(x, zero) b = Softmax(x) c = Add(b, a) y = Softmax(c) }"),
            "mul:0 softmax:1 add:0 softmax:1");
}

TEST(LiveKernels, ASumThatDoesMoreIsStillRun) {
  EXPECT_EQ(liveness(kHead + "{ a = Mul(x, zero) b = Softmax(x) c = Add(a, b) y = Relu(c) }"),
            "mul:0 softmax:1 add-relu:1");
}

TEST(LiveKernels, ASumOfThreeIsAnIdentityOnlyWithoutTwo) {
  const std::string operands = "{ a = Mul(x, zero) b = Softmax(x) d = Mul(b, zero) e = Softmax(b) ";
  EXPECT_EQ(liveness(kHead + operands + "s = Add(a, b) y = Add(s, e) }"),
            "mul:0 softmax:1 softmax:1 add-add:1");
  EXPECT_EQ(liveness(kHead + operands + "s = Add(a, d) y = Add(s, e) }"),
            "mul:0 softmax:1 mul:0 softmax:1 add-add:0");
}

TEST(LiveKernels, ReachesThroughViews) {
  EXPECT_EQ(liveness("g (float[1,8] x) => (float[8] y) <float zero = {0}, int64[1] s = {8}> "
                     "{ a = Softmax(x) b = Mul(a, zero) c = Reshape(b, s) e = Softmax(x) "
                     "f = Reshape(e, s) h = Add(c, f) y = Reshape(h, s) }"),
            "softmax:0 mul:0 softmax:1 add:0");
}

TEST(LiveKernels, AnOutputThatIsZeroItselfLeavesNothing) {
  EXPECT_EQ(liveness(kHead + "{ a = Softmax(x) y = Mul(a, zero) }"), "softmax:0 mul:0");
}

TEST(MultipliesByZero, OnlyByOneElementThatIsKnownToBeZero) {
  const auto first = [](const std::string& text) {
    const Graph g = testing::inferred(text);
    return multiplies_by_zero(g, g.node(0));
  };
  EXPECT_TRUE(first("g (float[2] x) => (float[2] y) <float z = {0}> { y = Mul(x, z) }"));
  EXPECT_TRUE(first("g (float[2] x) => (float[2] y) <float[1] z = {0}> { y = Mul(z, x) }"));
  EXPECT_TRUE(first("g (bool[2] x) => (bool[2] y) <bool z = {0}> { y = And(x, z) }"));
  EXPECT_FALSE(first("g (float[2] x) => (float[2] y) <float[2] z = {0, 1}> { y = Mul(x, z) }"));
  EXPECT_FALSE(first("g (float[2] x) => (float[2] y) <float z = {1}> { y = Mul(x, z) }"));
  EXPECT_FALSE(first("g (float[2] x) => (float[2] y) <float[1] z = {}> { y = Mul(x, z) }"));
  // A scale per channel is learned.
  EXPECT_FALSE(first("g (float[2] x) => (float[2] y) <float[2] z = {0, 0}> { y = Mul(x, z) }"));
  EXPECT_FALSE(first("g (float[2] x) => (float[2] y) <float z = {0}> { y = Add(x, z) }"));
  EXPECT_FALSE(first("g (float[2] x, float z) => (float[2] y) { y = Mul(x, z) }"));
}

TEST(MultipliesByZero, NotWhereAZeroIsAddedToAProduct) {
  const std::string text = kHead + "{ a = Mul(x, one) y = Add(a, zero) }";
  EXPECT_EQ(testing::listing(lowered(text)), "Mul[Add]");
  EXPECT_EQ(liveness(text), "mul-add:1");
}

// What a pass would do to a multiplication by one it must not do to one by zero.
TEST(MultipliesByZero, IsFusedWithNothing) {
  const std::string weights =
      "<float[4,4,1,1] w = {}, float[4,1,1] c = {0, 0, 0, 0}, "
      "float[4,1,1] b = {1, 2, 3, 4}, float zero = {0}> ";
  const std::string head = "g (float[1,4,8,8] x) => (float[1,4,8,8] y) " + weights;
  const auto kernels = [](const std::string& text) { return testing::listing(lowered(text)); };
  EXPECT_EQ(kernels(head + "{ a = Conv(x, w) d = Mul(a, zero) y = Add(d, b) }"), "Conv Mul Add");
  EXPECT_EQ(kernels(head + "{ a = Conv(x, w) d = Mul(a, c) y = Add(d, b) }"),
            "Conv[BatchNormalization]");
  EXPECT_EQ(kernels(head + "{ d = Mul(x, zero) y = Neg(d) }"), "Mul Neg");
  EXPECT_EQ(kernels(head + "{ d = Neg(x) y = Mul(d, zero) }"), "Neg Mul");
  EXPECT_EQ(kernels(head + "{ d = Conv(x, w) y = Mul(d, zero) }"), "Conv Mul");
  EXPECT_EQ(kernels(head + "{ d = Mul(x, zero) e = Mul(d, zero) y = Relu(e) }"), "Mul Mul Relu");
  // Attention scales its scores; by zero it would be no attention.
  EXPECT_EQ(kernels("g (float[1,2,5,8] q, float[1,2,8,5] k, float[1,2,5,8] v) => "
                    "(float[1,2,5,8] y) <float zero = {0}> { a = MatMul(q, k) s = Mul(a, zero) "
                    "p = Softmax<axis=-1>(s) y = MatMul(p, v) }"),
            "MatMul Mul Softmax MatMul");
}

TEST(MultipliesByZero, NoRuleFusesIt) {
  Graph g = testing::inferred(kHead + "{ d = Mul(x, zero) y = Relu(d) }");
  PipelineOptions options;
  options.rules.set("Mul", "Relu", true);
  run_passes(g, options);
  EXPECT_EQ(testing::listing(g), "Mul Relu");
}

TEST(Features, AZeroIsAFamilyOfItsOwnAndDead) {
  const Graph g = lowered(kHead + "{ a = Mul(x, zero) y = Conv(a, w) }");
  const GraphFeatures f = featurize(g, kernels_of(g));
  const float* zero = f.features.data();
  const float* conv = zero + feature_table().size();
  EXPECT_EQ(kernel_classes()[kernel_class(zero)], "zero");
  EXPECT_FALSE(is_live(zero));
  EXPECT_EQ(kernel_classes()[kernel_class(conv)], "conv_1x1");
  EXPECT_TRUE(is_live(conv));
}

std::string first_class(const std::string& text) {
  const Graph g = lowered(text);
  return std::string(kernel_classes()[kernel_class(featurize(g, kernels_of(g)).features.data())]);
}

TEST(KernelClass, TellsConvolutionsApart) {
  const auto conv = [](const std::string& attributes, const std::string& weights) {
    return first_class("g (float[1,4,8,8] x) => (float[a,b,c,d] y) <float[" + weights +
                       "] w = {}> { y = " + attributes + "(x, w) }");
  };
  EXPECT_EQ(conv("Conv", "8,4,1,1"), "conv_1x1");
  EXPECT_EQ(conv("Conv", "8,4,3,3"), "conv_kxk");
  EXPECT_EQ(conv("Conv", "8,4,1,3"), "conv_kxk");
  EXPECT_EQ(conv("Conv<group=2>", "8,2,1,1"), "conv_grouped");
  EXPECT_EQ(conv("Conv<group=4>", "4,1,3,3"), "conv_depthwise");
  EXPECT_EQ(conv("ConvTranspose", "4,8,1,1"), "conv_transposed");
}

TEST(KernelClass, KnowsEveryOther) {
  const auto of = [](const std::string& body) {
    return first_class(
        "g (float[1,8] x, float[1,8] u) => (float[a,b] y) <float[8,8] w = {}> { y = " + body +
        " }");
  };
  EXPECT_EQ(of("MatMul(x, w)"), "fc");
  EXPECT_EQ(of("Add(x, u)"), "add");
  EXPECT_EQ(of("Mul(x, u)"), "mul");
  EXPECT_EQ(of("Pow(x, u)"), "mul");
  EXPECT_EQ(of("Softmax(x)"), "reduce");
  EXPECT_EQ(of("Relu(x)"), "activation");
  EXPECT_EQ(of("Concat<axis=0>(x, u)"), "move");
  EXPECT_EQ(of("Cast<to=10>(x)"), "other");
}

TEST(KernelClass, EachFamilyHasOneAndTheNamesAreDistinct) {
  std::vector<float> row(feature_table().size(), 0.0f);
  std::vector<bool> used(kernel_classes().size(), false);
  used[0] = true;  // conv_1x1, a convolution's second
  for (size_t i = 0; i < kernel_families().size(); ++i) {
    const size_t column = row.size() - kernel_families().size() + i;
    ASSERT_EQ(feature_table()[column].name, kernel_families()[i]);
    row[column] = 1;
    for (size_t c = 0; c < row.size(); ++c) {
      if (feature_table()[c].name == "window") row[c] = 3;
    }
    used[kernel_class(row.data())] = true;
    row[column] = 0;
  }
  EXPECT_THAT(used, Each(true));
  EXPECT_EQ(std::set<std::string_view>(kernel_classes().begin(), kernel_classes().end()).size(),
            kernel_classes().size());
}

TEST(BaseCosts, CountFusedBytesByTheElementsWidth) {
  const auto fused_mb = [](const std::string& type) {
    const Graph g = lowered("g (" + type + "[1,1000] x) => (" + type +
                            "[1,1000] y) "
                            "{ a = Add(x, x) y = Relu(a) }");
    return featurize(g, kernels_of(g)).base_costs[5];
  };
  ASSERT_EQ(base_cost_table()[5].name, "fused_mb");
  EXPECT_FLOAT_EQ(fused_mb("float"), 2 * 4000e-6f);
  EXPECT_FLOAT_EQ(fused_mb("float16"), 2 * 2000e-6f);
}

TEST(BaseCosts, AGroupedTransposedConvolutionIsGrouped) {
  const auto costs = [](const std::string& text) {
    const Graph g = lowered(text);
    return featurize(g, kernels_of(g)).base_costs;
  };
  const std::string head = "g (float[1,4,4,4] x) => (float[a,b,c,d] y) ";
  const auto dense = costs(head + "<float[4,2,2,2] w = {}> { y = ConvTranspose(x, w) }");
  const auto grouped = costs(head + "<float[4,2,2,2] w = {}> { y = ConvTranspose<group=2>(x, w) }");
  EXPECT_GT(dense[0], 0);
  EXPECT_EQ(dense[1], 0);
  EXPECT_EQ(grouped[0], 0);
  EXPECT_GT(grouped[1], 0);
}

TEST(Cost, IndicesAreReadButAreNoWeights) {
  const Graph g = lowered(
      "g (float[4,8] x) => (float[2,8] y) <int64[2] i = {0, 3}> "
      "{ y = Gather(x, i) }");
  const Cost cost = node_cost(g, 0);
  EXPECT_EQ(cost.weight_bytes, 0);
  EXPECT_EQ(cost.read_bytes, 2 * 8 * 4 + 2 * 8);
}

TEST(Cost, AQuantizedLayersBiasIsAWeight) {
  const Graph g = testing::inferred(
      "g (uint8[1,4,2,2] x) => (uint8[1,4,2,2] y) <float s = {1}, uint8 z = {0}, "
      "uint8[4,4,1,1] w = {}, int32[4] b = {}> { y = QLinearConv(x, s, z, w, s, z, s, z, b) }");
  EXPECT_EQ(node_cost(g, 0).weight_bytes, 3 * 4 + 3 + 16 + 16);
}

}  // namespace
}  // namespace tacho
