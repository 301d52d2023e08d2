#include "gnn/train/initial_rates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>

#include "synthetic.h"

namespace tacho {
namespace {

TEST(InitialRates, StartsEveryPlatformAtItsScale) {
  testing::SyntheticOptions options;
  options.samples = 80;
  TrainConfig config;
  config.train_on_all = true;
  const TrainingSet set = prepare_training_set(testing::synthetic_dataset(options), config);
  const int components = 20;
  const Eigen::MatrixXf theta = initial_rates(set, components, 1).theta;
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

TEST(InitialRates, GivesAPlatformWithoutLabelsTheMeanOfTheOthers) {
  Dataset data = testing::synthetic_dataset({});
  data.platforms.push_back("never-measured");
  TrainConfig config;
  config.train_on_all = true;
  config.min_labels = 0;
  const TrainingSet set = prepare_training_set(std::move(data), config);
  const Eigen::MatrixXf theta = initial_rates(set, 8, 1).theta;
  EXPECT_NEAR(theta(3, 5), (theta(0, 5) + theta(1, 5) + theta(2, 5)) / 3, 1e-4);
}

InitialRates rates_of(const testing::SyntheticOptions& options, std::ostream* log = nullptr) {
  TrainConfig config;
  config.train_on_all = true;
  return initial_rates(prepare_training_set(testing::synthetic_dataset(options), config), 8, 1,
                       log);
}

TEST(InitialRates, SeeWhichPlatformFoldsAndSaySo) {
  testing::SyntheticOptions options;
  options.samples = 150;
  options.dead_share = 0.4;
  options.folding_platform = 1;
  std::ostringstream log;
  EXPECT_EQ(rates_of(options, &log).runs_dead, (std::vector<float>{1, 0, 1}));
  const std::string text = log.str();
  EXPECT_EQ(text.find("platform-1: folds"), 0u) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST(InitialRates, RunEverythingWhereNothingTellsTheViewsApart) {
  std::ostringstream log;
  EXPECT_EQ(rates_of({}, &log).runs_dead, (std::vector<float>{1, 1, 1}));
  EXPECT_EQ(log.str(), "");
}

TEST(InitialRates, APlatformWithLatenciesOfGraphsWithoutLiveKernelsRunsThem) {
  Dataset data = testing::synthetic_dataset({});
  for (int k = 0; k < data.samples[0].features.num_kernels; ++k) {
    testing::set_live(&data.samples[0].features, k, false);
  }
  TrainConfig config;
  config.train_on_all = true;
  const InitialRates rates = initial_rates(prepare_training_set(std::move(data), config), 8, 1);
  EXPECT_EQ(rates.runs_dead, (std::vector<float>{1, 1, 1}));
}

}  // namespace
}  // namespace tacho
