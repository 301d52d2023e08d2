#include "gnn/train/initial_rates.h"

#include <gtest/gtest.h>

#include <cmath>

#include "synthetic.h"

namespace tacho {
namespace {

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
  config.min_labels = 0;
  const TrainingSet set = prepare_training_set(std::move(data), config);
  const Eigen::MatrixXf theta = initial_theta(set, 8, 1);
  EXPECT_NEAR(theta(3, 5), (theta(0, 5) + theta(1, 5) + theta(2, 5)) / 3, 1e-4);
}

}  // namespace
}  // namespace tacho
