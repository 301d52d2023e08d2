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
  const Prediction p = predictor_of({"conv-bn-relu", "maxpool"})
                           .predict(small_network(), {{"cpu"}, true})
                           .at(0);
  ASSERT_EQ(p.kernel_ms.size(), 2u);
  EXPECT_DOUBLE_EQ(p.kernel_ms[0], roofline_ms("conv-bn-relu:hw=32,cin=3,cout=16,k=3,s=1"));
  EXPECT_DOUBLE_EQ(p.kernel_ms[1], roofline_ms("maxpool:hw=32,cin=16,k=2,s=2"));
  EXPECT_DOUBLE_EQ(p.latency_ms, p.kernel_ms[0] + p.kernel_ms[1]);
  EXPECT_TRUE(std::isnan(p.lower_ms)) << "kernels were measured, not networks";
  EXPECT_THAT(p.notices, IsEmpty());
}

TEST(KernelSumPredictor, AnElementWiseKernelOfAsManyBytesStandsIn) {
  const Prediction p = predictor_of({"conv-bn-relu", "relu"})
                           .predict(small_network(), {{"cpu"}, true})
                           .at(0);
  // The pooling reads 16×32×32 and writes 16×16×16 floats: 81,920 bytes, a relu of 10,240 elements.
  EXPECT_DOUBLE_EQ(p.kernel_ms[1], roofline_ms("relu:hw=13,cin=64"));
  ASSERT_EQ(p.notices.size(), 1u);
  EXPECT_THAT(p.notices[0], HasSubstr("maxpool ×1"));
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
