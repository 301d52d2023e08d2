// A checkpoint of several members answers with their mean.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "../temporary_folder.h"
#include "gnn/serve/adapted_platforms.h"
#include "gnn/serve/device_totals.h"
#include "gnn/serve/gnn_predictor.h"
#include "random_checkpoint.h"
#include "synthetic.h"

namespace tacho {
namespace {

using testing::small_info;

class Ensemble : public ::testing::TestWithParam<Readout> {
 protected:
  static constexpr int kMembers = 3;

  Ensemble() { testing::set_live(&graph_, 4, false); }

  GnnModel model(const std::string& path) {
    return GnnModel(std::make_shared<const Checkpoint>(path));
  }
  GnnModel ensemble() {
    return model(
        testing::write_random_ensemble(folder_.file("e"), small_info(GetParam()), kMembers));
  }
  /// platforms × members, each member from a checkpoint of its own.
  Eigen::MatrixXd single_latencies_ms() {
    Eigen::MatrixXd latencies_ms(2, kMembers);
    for (int member = 0; member < kMembers; ++member) {
      const CheckpointInfo info = small_info(GetParam());
      write_checkpoint(folder_.file("c"), info, testing::member_tensors(info, member));
      latencies_ms.col(member) = model(folder_.file("c")).latencies_ms(graph_);
    }
    return latencies_ms;
  }

  testing::TemporaryFolder folder_;
  GraphFeatures graph_ = testing::repeated_graph(testing::random_graph(12, 3), 2);
};

TEST_P(Ensemble, AnswersWithTheMeanOfItsMembers) {
  const Eigen::VectorXd mean = single_latencies_ms().rowwise().mean();
  const Eigen::VectorXd answer = ensemble().latencies_ms(graph_);
  for (int p = 0; p < 2; ++p) EXPECT_NEAR(answer[p], mean[p], 1e-6 * mean[p]);
}

TEST_P(Ensemble, SpreadIsTheDeviationOfLogLatencies) {
  const Eigen::MatrixXd singles = single_latencies_ms();
  const Eigen::MatrixXd members = ensemble().member_latencies_ms(graph_);
  EXPECT_TRUE(members.isApprox(singles, 1e-6));
  const Eigen::VectorXd spread = spread_of(members);
  for (int p = 0; p < 2; ++p) {
    const Eigen::ArrayXd logs = singles.row(p).transpose().array().log();
    EXPECT_NEAR(spread[p], std::sqrt((logs - logs.mean()).square().mean()), 1e-6);
    EXPECT_GT(spread[p], 0);
  }
}

TEST_P(Ensemble, OneMemberAgreesWithItself) {
  const std::string path =
      testing::write_random_checkpoint(folder_.file("c"), small_info(GetParam()));
  EXPECT_EQ(spread_of(model(path).member_latencies_ms(graph_)), Eigen::VectorXd::Zero(2));
}

INSTANTIATE_TEST_SUITE_P(Readouts, Ensemble, ::testing::Values(Readout::kSum, Readout::kPooled),
                         [](const auto& info) { return std::string(readout_name(info.param)); });

class SumEnsemble : public Ensemble {};

TEST_P(SumEnsemble, KernelsAndClassesAddUpToTheLatency) {
  const GnnPredictor gnn(testing::write_random_ensemble(folder_.file("e"), small_info(), kMembers));
  const Eigen::MatrixXd totals = gnn.model().class_totals(graph_);
  for (const Prediction& p : gnn.predict(graph_, {{}, true})) {
    const double sum = std::accumulate(p.kernel_ms.begin(), p.kernel_ms.end(), 0.0);
    EXPECT_NEAR(sum, p.latency_ms, 1e-9 * p.latency_ms);
  }
  const double first = gnn.predict(graph_, {})[0].latency_ms;
  EXPECT_NEAR(totals.row(0).sum(), first, 1e-9 * first);
}

TEST_P(SumEnsemble, APlatformCanBeAdaptedFromIt) {
  testing::write_random_ensemble(folder_.file("e"), small_info(), kMembers);
  const Checkpoint base(folder_.file("e"));
  const Eigen::MatrixXd totals = device_totals(ensemble(), graph_);
  Eigen::MatrixXd mix = Eigen::MatrixXd::Zero(totals.rows(), totals.cols());
  mix.row(0).setConstant(2);
  AdaptedPlatform half;
  half.name = "half";
  write_adapted(folder_.file("a"), base, half, mix);
  const auto answers = GnnPredictor(folder_.file("a")).predict(graph_, {});
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_NEAR(answers[2].latency_ms, 2 * answers[0].latency_ms, 1e-5 * answers[2].latency_ms);
}

INSTANTIATE_TEST_SUITE_P(Readouts, SumEnsemble, ::testing::Values(Readout::kSum),
                         [](const auto& info) { return std::string(readout_name(info.param)); });

}  // namespace
}  // namespace tacho
