#include "gnn/serve/adapted_platforms.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "../temporary_folder.h"
#include "common/error.h"
#include "gnn/serve/device_totals.h"
#include "gnn/serve/gnn_predictor.h"
#include "random_checkpoint.h"
#include "synthetic.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::small_info;

class AdaptedPlatformsTest : public ::testing::Test {
 protected:
  AdaptedPlatformsTest() { testing::write_random_checkpoint(path("base"), small_info()); }
  std::string path(const std::string& name) { return folder_.file(name); }
  Eigen::MatrixXd totals() { return device_totals(GnnPredictor(path("base")).model(), graph_); }
  /// 1 ms for what the device spends in live kernels of all classes.
  Eigen::MatrixXd only(Eigen::Index device, double factor) {
    Eigen::MatrixXd mix = Eigen::MatrixXd::Zero(totals().rows(), totals().cols());
    mix.row(device).setConstant(factor);
    return mix;
  }
  void adapt(const std::string& from, const std::string& to, const std::string& name,
             const Eigen::MatrixXd& mix) {
    write_adapted(path(to), Checkpoint(path(from)),
                  {name, {std::log(1.25), 1}, {1, 4}, R"({"samples":3})"}, mix);
  }
  Prediction answer(const std::string& file, const std::string& platform) {
    return GnnPredictor(path(file)).predict(graph_, {{platform}, true}).at(0);
  }
  std::string why_not(const std::string& name) {
    try {
      adapt("base", "out", name, only(0, 1));
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  }

  testing::TemporaryFolder folder_;
  GraphFeatures graph_ = testing::random_graph(12, 3);
};

TEST_F(AdaptedPlatformsTest, CountedDevicesAreSumsOfBaseCosts) {
  double launches = 0;
  const size_t costs = small_info().schema.base_costs.size();
  const size_t features = small_info().schema.features.size();
  for (size_t k = 0; k < 12; ++k)
    launches += counted_costs(&graph_.features[k * features], &graph_.base_costs[k * costs])[2];
  EXPECT_NEAR(totals().row(4).sum(), launches, 1e-6 * launches);
  EXPECT_EQ(totals().rows(), 6);
}

TEST_F(AdaptedPlatformsTest, ACopyAtHalfSpeedAnswersTwiceThePlatform) {
  adapt("base", "out", "half", only(1, 2));
  const Prediction half = answer("out", "half");
  EXPECT_NEAR(half.latency_ms, 2 * totals().row(1).sum(), 1e-5 * half.latency_ms);
  EXPECT_DOUBLE_EQ(half.lower_ms, 0.8 * half.latency_ms);
  EXPECT_DOUBLE_EQ(half.upper_ms, 1.25 * half.latency_ms);
  EXPECT_FALSE(extrapolates(half, 4));
  EXPECT_TRUE(extrapolates(half, 5));
}

TEST_F(AdaptedPlatformsTest, DoesNotWriteAMixThatCannotBeReadBack) {
  adapt("base", "out", "half", only(1, 2));
  for (const double factor : {1e300, 1e-300, 0.0, std::nan("")}) {
    EXPECT_THROW(adapt("out", "out", "half", only(1, factor)), Error) << factor;
  }
  EXPECT_NEAR(answer("out", "half").latency_ms, 2 * totals().row(1).sum(), 1e-2);
}

TEST_F(AdaptedPlatformsTest, TheMixIsWhatIsAnsweredAndKernelsAddUp) {
  Eigen::MatrixXd mix = Eigen::MatrixXd::Random(totals().rows(), totals().cols()).cwiseAbs();
  adapt("base", "out", "mixed", mix);
  const Prediction p = answer("out", "mixed");
  EXPECT_NEAR(p.latency_ms, mix.cwiseProduct(totals()).sum(), 1e-5 * p.latency_ms);
  ASSERT_EQ(p.kernel_ms.size(), 12u);
  EXPECT_NEAR(std::accumulate(p.kernel_ms.begin(), p.kernel_ms.end(), 0.0), p.latency_ms,
              1e-9 * p.latency_ms);
}

TEST_F(AdaptedPlatformsTest, TrainedPlatformsAnswerAsBefore) {
  adapt("base", "out", "new", only(4, 1));
  EXPECT_EQ(answer("out", "gpu-b").latency_ms, answer("base", "gpu-b").latency_ms);
}

TEST_F(AdaptedPlatformsTest, SeveralInOneFileAndOneReplacesItsOlderSelf) {
  adapt("base", "one", "x", only(0, 1));
  adapt("one", "two", "y", only(1, 1));
  adapt("two", "two", "x", only(0, 3));  // in place
  const GnnPredictor gnn(path("two"));
  EXPECT_THAT(gnn.platforms(), ElementsAre("cpu-a", "gpu-b", "y", "x"));
  EXPECT_NEAR(answer("two", "x").latency_ms, 3 * answer("one", "x").latency_ms, 1e-4);
  EXPECT_EQ(Checkpoint(path("two")).info().adapted[1].fit, R"({"samples":3})");
}

TEST_F(AdaptedPlatformsTest, ATrainedPlatformIsNotReplaced) {
  EXPECT_THAT(why_not("gpu-b"), HasSubstr("'gpu-b' was trained"));
  EXPECT_EQ(why_not("gpu-c"), "");
}

TEST_F(AdaptedPlatformsTest, ThePooledReadoutIsRefused) {
  testing::write_random_checkpoint(path("base"), small_info(Readout::kPooled));
  EXPECT_THROW(check_adaptable(Checkpoint(path("base")), "new"), Error);
}

TEST_F(AdaptedPlatformsTest, OtherClassesOfKernelsAreRefused) {
  CheckpointInfo info = small_info();
  info.adapted = {{"old", {}, {}}};
  info.adapted_classes = {"a", "b"};
  std::vector<TensorData> tensors = testing::random_tensors(info);
  for (float& x : tensors.back().values) x = std::abs(x);
  write_checkpoint(path("old"), info, tensors);
  EXPECT_THROW(GnnPredictor{path("old")}, Error);
  EXPECT_THROW(adapt("old", "out", "new", only(0, 1)), Error);
}

TEST_F(AdaptedPlatformsTest, ANegativeMixIsADamagedFile) {
  adapt("base", "out", "new", only(0, -1));
  EXPECT_THROW(Checkpoint{path("out")}, Error);
}

}  // namespace
}  // namespace tacho
