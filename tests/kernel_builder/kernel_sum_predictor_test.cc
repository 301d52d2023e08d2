#include "kernel_builder/kernel_sum_predictor.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "common/error.h"
#include "graph_ir/graph_builder.h"
#include "graph_ir/lower.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A forest that always answers `log2_factor`: latency = roofline · 2^log2_factor.
KernelPredictor constant_predictor(const std::string& kernel, float log2_factor) {
  const KernelType& type = Catalogue::builtin().at(kernel);
  KernelPredictor p;
  p.name = type.predictor();
  p.kernels = {kernel};
  p.feature_names = kernel_feature_names(type);
  p.platforms = {"cpu"};
  p.shared.num_features = static_cast<int32_t>(p.feature_names.size());
  p.shared.roots = {0};
  p.shared.nodes = {{-1, log2_factor, 0}};
  return p;
}

KernelSumPredictor predictor_of(const std::vector<std::string>& kernels) {
  std::vector<KernelPredictor> predictors;
  for (const std::string& kernel : kernels) predictors.push_back(constant_predictor(kernel, 0));
  return KernelSumPredictor(KernelLatencyModel(std::move(predictors), {}), "test");
}

double roofline_ms(const std::string& text) {
  const KernelConfig config = parse_kernel(Catalogue::builtin(), text);
  return kernel_features(Catalogue::builtin().at(config.kernel), config, nominal_device("cpu"))
      .roofline_ms;
}

/// conv-bn-relu, maxpool.
LoweredModel small_network() {
  GraphBuilder g("small");
  const ValueId x = g.relu(g.bn(g.conv(g.input({1, 3, 32, 32}), 16, {3, 1})));
  return lower(g.finish({g.max_pool(x, {2, 2})}), {});
}

TEST(KernelSumPredictor, AddsUpTheKernels) {
  const Prediction p =
      predictor_of({"conv-bn-relu", "maxpool"}).predict(small_network(), {{"cpu"}, true}).at(0);
  ASSERT_EQ(p.kernel_ms.size(), 2u);
  EXPECT_DOUBLE_EQ(p.kernel_ms[0], roofline_ms("conv-bn-relu:hw=32,cin=3,cout=16,k=3,s=1"));
  EXPECT_DOUBLE_EQ(p.kernel_ms[1], roofline_ms("maxpool:hw=32,cin=16,k=2,s=2"));
  EXPECT_DOUBLE_EQ(p.latency_ms, p.kernel_ms[0] + p.kernel_ms[1]);
  EXPECT_TRUE(std::isnan(p.lower_ms)) << "kernels were measured, not networks";
  EXPECT_THAT(p.notices, IsEmpty());
}

TEST(KernelSumPredictor, AnElementWiseKernelOfAsManyBytesStandsIn) {
  const Prediction p =
      predictor_of({"conv-bn-relu", "relu"}).predict(small_network(), {{"cpu"}, true}).at(0);
  // The pooling reads 16×32×32 and writes 16×16×16 floats: 81,920 bytes, a relu of 10,240 elements.
  EXPECT_DOUBLE_EQ(p.kernel_ms[1], roofline_ms("relu:hw=13,cin=64"));
  ASSERT_EQ(p.notices.size(), 1u);
  EXPECT_THAT(p.notices[0], HasSubstr("maxpool ×1"));
}

/// The sum of the rooflines of what `network` is predicted as, and its notices.
Prediction predicted(const std::vector<std::string>& kernels, const LoweredModel& network) {
  return predictor_of(kernels).predict(network, {{"cpu"}, true}).at(0);
}

TEST(KernelSumPredictor, AGroupedConvolutionIsTheDenseOneOfAsManyProducts) {
  GraphBuilder g("grouped");
  const ValueId x = g.input({1, 64, 28, 28});
  const Prediction p = predicted({"conv"}, lower(g.finish({g.conv(x, 128, {3, 1, 1}, {4})}), {}));
  EXPECT_DOUBLE_EQ(p.latency_ms, roofline_ms("conv:hw=28,cin=16,cout=128,k=3,s=1"));
  ASSERT_EQ(p.notices.size(), 1u);
  EXPECT_THAT(p.notices[0], HasSubstr("gconv as conv ×1"));
  EXPECT_FALSE(p.incomplete);
}

TEST(KernelSumPredictor, ADepthwiseConvolutionTakesNoLessThanItsBytes) {
  GraphBuilder g("depthwise");
  const ValueId x = g.input({8, 64, 56, 56});
  const LoweredModel network = lower(g.finish({g.conv(x, 64, {3, 1, 1}, {64})}), {});
  // As a conv of one input channel alone it would not read the other 63.
  const double as_conv = roofline_ms("conv:hw=56,cin=1,cout=64,k=3,s=1,b=8");
  EXPECT_DOUBLE_EQ(predicted({"conv"}, network).latency_ms, as_conv);
  const double bytes = 4.0 * (2 * 8 * 64 * 56 * 56 + 64 * 9);
  const double with_relu = predicted({"conv", "relu"}, network).latency_ms;
  EXPECT_GT(with_relu, as_conv);
  EXPECT_NEAR(with_relu, predicted({"relu"}, network).latency_ms, 1e-12);
  EXPECT_NEAR(with_relu, 0.02 + bytes / (nominal_device("cpu").bandwidth_gb_s * 1e6), 5e-3);
}

TEST(KernelSumPredictor, AttentionIsItsTwoProductsAndItsSoftmax) {
  GraphBuilder g("attention");
  const auto operand = [&](const char* name) { return g.input({2, 4, 50, 32}, name); };
  const ValueId q = operand("q"), k = operand("k"), v = operand("v");
  const LoweredModel network = lower(g.finish({g.attention(q, k, v)}), {});
  const Prediction p = predicted({"matmul", "softmax"}, network);
  EXPECT_DOUBLE_EQ(p.latency_ms, roofline_ms("matmul:m=50,n=50,k=32,b=8") +
                                     roofline_ms("softmax:rows=200,cols=50,b=2") +
                                     roofline_ms("matmul:m=50,n=32,k=50,b=8"));
  EXPECT_THAT(p.notices, ElementsAre(HasSubstr("attention as matmul + softmax ×1")));
  // Without a predictor of products there is nothing better than its bytes.
  EXPECT_THAT(predicted({"relu", "softmax"}, network).notices,
              ElementsAre(HasSubstr("a lower bound only")));
  EXPECT_TRUE(predicted({"relu", "softmax"}, network).incomplete);
  EXPECT_FALSE(p.incomplete);
}

TEST(KernelSumPredictor, ATransposedConvolutionIsTheOneItIsTheBackwardPassOf) {
  GraphBuilder g("up");
  const ValueId x = g.input({1, 32, 14, 14});
  const LoweredModel network = lower(g.finish({g.conv_transpose(x, 16, {4, 2, 1})}), {});
  const KernelConfig up =
      parse_kernel(Catalogue::builtin(), "convtranspose:hw=14,cin=32,cout=16,k=4,s=2,p=1");
  const KernelConfig down =
      parse_kernel(Catalogue::builtin(), "conv:hw=28,cin=16,cout=32,k=4,s=2,p=1");
  const auto macs = [](const KernelConfig& c) {
    return Catalogue::builtin().at(c.kernel).cost(c).cost.macs;
  };
  EXPECT_EQ(macs(up), macs(down));
  EXPECT_DOUBLE_EQ(predicted({"conv"}, network).latency_ms,
                   roofline_ms("conv:hw=28,cin=16,cout=32,k=4,s=2,p=1"));
}

TEST(KernelSumPredictor, OtherProductsAreThoseOfTheirWorkload) {
  GraphBuilder g("fc");
  const LoweredModel network = lower(g.finish({g.fc(g.input({8, 64}), 32)}), {});
  EXPECT_DOUBLE_EQ(predicted({"matmul"}, network).latency_ms, roofline_ms("matmul:m=8,n=32,k=64"));
}

TEST(KernelSumPredictor, WhatNothingStandsInForIsLeftOutAndSaid) {
  const Prediction p =
      predictor_of({"conv-bn-relu"}).predict(small_network(), {{"cpu"}, true}).at(0);
  EXPECT_EQ(p.kernel_ms[1], 0);
  EXPECT_THAT(p.notices, ElementsAre(HasSubstr("left out: maxpool ×1")));
  EXPECT_TRUE(p.incomplete);
}

TEST(KernelSumPredictor, ConvolutionsOfOtherTailsShareOnePredictor) {
  const Prediction p =
      predictor_of({"conv-bn-relu6", "maxpool"}).predict(small_network(), {}).at(0);
  EXPECT_THAT(p.notices, IsEmpty());
}

TEST(KernelSumPredictor, AnUnknownPlatformIsAnErrorWithTheNearest) {
  try {
    predictor_of({"relu"}).predict(small_network(), {{"cpus"}, false});
    FAIL();
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr("did you mean 'cpu'?"));
  }
}

}  // namespace
}  // namespace tacho
