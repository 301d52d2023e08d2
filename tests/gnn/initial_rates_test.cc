#include "gnn/train/initial_rates.h"

#include <gtest/gtest.h>

#include <cmath>

#include "synthetic.h"

namespace tacho {
namespace {

TEST(RelativeNnls, FindsExactRates) {
  Eigen::MatrixXd costs(4, 2);
  costs << 1e9, 1, 2e9, 5, 1e8, 100, 5e8, 3;
  const Eigen::VectorXd rates = (Eigen::VectorXd(2) << 3e-9, 0.25).finished();
  const Eigen::VectorXd found = fit_relative_nnls(costs, costs * rates);
  EXPECT_NEAR(found[0], rates[0], 1e-6 * rates[0]);
  EXPECT_NEAR(found[1], rates[1], 1e-6 * rates[1]);
}

TEST(RelativeNnls, StaysAtZeroRatherThanBelow) {
  Eigen::MatrixXd costs(3, 2);
  costs << 1, 0, 1, 1, 1, 2;
  const Eigen::VectorXd found =
      fit_relative_nnls(costs, Eigen::Vector3d(3, 2, 1));  // wants a slope of −1
  EXPECT_EQ(found[1], 0);
  EXPECT_GT(found[0], 0);
}

TEST(RelativeNnls, GivesAColumnOfZerosNothing) {
  Eigen::MatrixXd costs(2, 2);
  costs << 1, 0, 2, 0;
  const Eigen::VectorXd found = fit_relative_nnls(costs, Eigen::Vector2d(2, 4));
  EXPECT_NEAR(found[0], 2, 1e-9);
  EXPECT_EQ(found[1], 0);
}

TEST(InitialTheta, StartsEveryPlatformAtItsScale) {
  testing::SyntheticOptions options;
  options.samples = 80;
  TrainConfig config;
  config.train_on_all = true;
  const TrainingSet set = prepare_training_set(testing::synthetic_dataset(options), config);
  const int components = 20;
  const Eigen::MatrixXf theta = initial_theta(set, components, 1);
  const size_t width = base_cost_table().size();
  // With g = 0 the sum is within a factor of two of nearly every label, on platforms 100 times
  // apart.
  int near = 0;
  for (const SampleLabel& label : set.data.labels) {
    const GraphFeatures& graph = set.data.samples[static_cast<size_t>(label.sample)].features;
    double sum = 0;
    for (int k = 0; k < graph.num_kernels; ++k) {
      for (int m = 0; m < components; ++m) {
        sum += std::exp(theta(label.platform, m)) *
               graph.base_costs[static_cast<size_t>(k) * width + static_cast<size_t>(m) % width];
      }
    }
    near += std::abs(std::log(sum / label.latency_ms)) < std::log(2.0);
  }
  EXPECT_GT(near, 0.9 * static_cast<double>(set.data.labels.size()));
}

TEST(InitialTheta, GivesAPlatformWithoutLabelsTheMeanOfTheOthers) {
  Dataset data = testing::synthetic_dataset({});
  data.platforms.push_back("never-measured");
  TrainConfig config;
  config.train_on_all = true;
  const TrainingSet set = prepare_training_set(std::move(data), config);
  const Eigen::MatrixXf theta = initial_theta(set, 8, 1);
  EXPECT_NEAR(theta(3, 5), (theta(0, 5) + theta(1, 5) + theta(2, 5)) / 3, 1e-4);
}

}  // namespace
}  // namespace tacho
