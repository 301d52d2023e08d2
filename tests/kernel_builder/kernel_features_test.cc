#include "kernel_builder/kernel_features.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "common/error.h"

namespace tacho {
namespace {

const DeviceFacts kCard{"card", 16, 200, 10, 64, 1000, 4000, 4};

double feature(const std::string& text, const std::string& name) {
  const KernelConfig config = parse_kernel(Catalogue::builtin(), text);
  const KernelType& type = Catalogue::builtin().at(config.kernel);
  const auto names = kernel_feature_names(type);
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) ADD_FAILURE() << text << " has no feature " << name;
  return kernel_features(type, config, kCard).values.at(static_cast<size_t>(at - names.begin()));
}

TEST(KernelFeatures, EveryBuiltinKernelHasAsManyValuesAsNames) {
  for (const auto& type : Catalogue::builtin().types()) {
    const auto names = kernel_feature_names(*type);
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size())
        << type->name() << " has a name twice";
    std::vector<int64_t> values;
    for (const KernelParameter& p : type->parameters()) {
      values.push_back(p.absent != kRequired ? kRequired : p.name == "g" ? 2 : 16);
    }
    const KernelFeatures f = kernel_features(*type, complete_config(*type, values), kCard);
    ASSERT_EQ(f.values.size(), names.size()) << type->name();
    for (size_t i = 0; i < names.size(); ++i) {
      EXPECT_TRUE(std::isfinite(f.values[i])) << type->name() << " " << names[i];
    }
    EXPECT_GT(f.roofline_ms, 0.02) << type->name();
  }
}

TEST(KernelFeatures, KernelsThatShareAPredictorShareTheirColumns) {
  const Catalogue& c = Catalogue::builtin();
  EXPECT_EQ(kernel_feature_names(c.at("conv-bn-relu")), kernel_feature_names(c.at("conv")));
  EXPECT_NE(kernel_feature_names(c.at("conv")), kernel_feature_names(c.at("fc")));
}

TEST(KernelFeatures, TilesOfAProduct) {
  // 256 × 128 in tiles of 128 × 128: two blocks on 10 multiprocessors, a wave of 0.2, nothing
  // wasted; 257 rows take three blocks.
  const std::string fits = "matmul:m=256,n=128,k=64", over = "matmul:m=257,n=128,k=64";
  EXPECT_NEAR(feature(fits, "gemm128x128.waves"), std::log2(0.2), 1e-6);
  EXPECT_NEAR(feature(fits, "gemm128x128.eff"), 0.2, 1e-6);
  EXPECT_FLOAT_EQ(feature(fits, "gemm128x128.fill"), 1);
  EXPECT_NEAR(feature(over, "gemm128x128.fill"), 257.0 / 384, 1e-6);
  EXPECT_FLOAT_EQ(feature(fits, "m.align"), 5) << "2, 4, 8, 16 and 32 divide 256";
  EXPECT_FLOAT_EQ(feature(over, "m.align"), 0) << "257 is odd";
}

TEST(KernelFeatures, WinogradWastesWhatItsTilesHangOver) {
  EXPECT_FLOAT_EQ(feature("conv:hw=8,cin=4,cout=4,k=3,s=1", "winograd4.fill"), 1);
  EXPECT_NEAR(feature("conv:hw=7,cin=4,cout=4,k=3,s=1", "winograd4.fill"), 49.0 / 64, 1e-6);
}

TEST(KernelFeatures, RooflineAddsComputeTrafficAndLaunch) {
  // 2 · 1000³ FLOPs at 4 TFLOP/s and 3 · 4 MB at 200 GB/s.
  const KernelConfig config = parse_kernel(Catalogue::builtin(), "matmul:m=1000,n=1000,k=1000");
  EXPECT_NEAR(kernel_features(Catalogue::builtin().at("matmul"), config, kCard).roofline_ms,
              0.5 + 0.06 + 0.02, 1e-9);
}

}  // namespace
}  // namespace tacho
