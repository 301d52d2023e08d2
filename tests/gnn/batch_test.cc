#include "gnn/train/batch.h"

#include <gmock/gmock.h>

#include <cmath>

#include "synthetic.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TrainingSet everything(Dataset data) {
  TrainConfig config;
  config.train_on_all = true;
  return prepare_training_set(std::move(data), config);
}

Dataset two_graphs() {
  Dataset data;
  data.platforms = {"a", "b"};
  data.samples.resize(2);
  data.samples[0].features = testing::random_graph(3, 1);
  data.samples[0].features.edges = {{0, 1}, {0, 2}, {1, 2}};
  data.samples[1].features = testing::random_graph(2, 2);
  data.samples[1].features.edges = {{0, 1}};
  data.labels = {{0, 0, 1.0}, {0, 1, 2.0}, {1, 1, 4.0}};
  return data;
}

TEST(PackBatch, ShiftsTheSecondGraphBehindTheFirst) {
  const TrainingSet set = everything(two_graphs());
  const std::vector<LabelledSample> samples = labelled_samples(set, Stage::kTrain);
  const Batch batch = pack_batch(set, samples, label_weights(set, 0), 0, 2);
  EXPECT_EQ(batch.num_samples, 2);
  EXPECT_EQ(batch.num_rows, 5);
  EXPECT_THAT(batch.kernels, ElementsAre(1, 1, 1, 1, 1));
  EXPECT_THAT(batch.dead_costs, IsEmpty());
  EXPECT_THAT(batch.sample_begin, ElementsAre(0, 3, 5));
  EXPECT_THAT(batch.predecessors.begin, ElementsAre(0, 0, 1, 3, 3, 4));
  EXPECT_THAT(batch.predecessors.index, ElementsAre(0, 0, 1, 3));
  EXPECT_THAT(batch.successors.begin, ElementsAre(0, 2, 3, 3, 4, 4));
  EXPECT_THAT(batch.successors.index, ElementsAre(1, 2, 2, 4));
  EXPECT_THAT(batch.label_cell, ElementsAre(0, 1, 3));
  EXPECT_FLOAT_EQ(batch.log_latency[2], std::log(4.0f));
}

TEST(PackBatch, EqualKernelsAreOneRowWithAllTheirCosts) {
  Dataset data = two_graphs();
  data.samples[1].features = testing::repeated_graph(testing::random_graph(1, 2), 3);
  data.samples[1].features.edges = {{0, 2}, {1, 2}};
  TrainConfig config;
  config.train_on_all = true;
  config.model.layers = 1;
  const TrainingSet set = prepare_training_set(std::move(data), config);
  const std::vector<LabelledSample> samples = labelled_samples(set, Stage::kTrain);
  const Batch batch = pack_batch(set, samples, label_weights(set, 0), 1, 2);
  EXPECT_EQ(batch.num_rows, 2);
  EXPECT_THAT(batch.kernels, ElementsAre(2, 1));
  EXPECT_THAT(batch.predecessors.begin, ElementsAre(0, 0, 2));
  EXPECT_THAT(batch.predecessors.index, ElementsAre(0, 0));
  EXPECT_THAT(batch.successors.begin, ElementsAre(0, 1, 1));
  EXPECT_THAT(batch.successors.index, ElementsAre(1));
  for (size_t b = 0; b < base_cost_table().size(); ++b) {
    EXPECT_EQ(batch.live_costs[b], 2 * batch.live_costs[base_cost_table().size() + b]);
  }
}

TEST(PackBatch, DeadKernelsCostsStandApart) {
  Dataset data = two_graphs();
  testing::set_live(&data.samples[1].features, 0, false);
  const std::vector<float> costs = data.samples[1].features.base_costs;
  const TrainingSet set = everything(std::move(data));
  const std::vector<LabelledSample> samples = labelled_samples(set, Stage::kTrain);
  const Batch batch = pack_batch(set, samples, label_weights(set, 0), 0, 2);
  const size_t width = base_cost_table().size();
  ASSERT_EQ(batch.dead_costs.size(), 5 * width);
  for (size_t i = 0; i < batch.dead_costs.size(); ++i) {
    const bool dead = i / width == 3;
    EXPECT_EQ(batch.dead_costs[i], dead ? costs[i % width] : 0);
    if (dead) {
      EXPECT_EQ(batch.live_costs[i], 0);
    }
  }
  EXPECT_THAT(pack_batch(set, samples, label_weights(set, 0), 0, 1).dead_costs, IsEmpty());
}

TEST(LabelledSamples, LeavesOutSamplesWithoutLabels) {
  Dataset data = two_graphs();
  data.labels.pop_back();
  EXPECT_EQ(labelled_samples(everything(std::move(data)), Stage::kTrain).size(), 1u);
}

TEST(LabelWeights, FavourPlatformsWithFewLabelsAndAverageToOne) {
  const std::vector<float> weights = label_weights(everything(two_graphs()), 1.0);
  EXPECT_NEAR(weights[0], 2 * weights[1], 1e-6);  // platform a has one label, b has two
  EXPECT_NEAR(weights[0] + weights[1] + weights[2], 3, 1e-6);
  EXPECT_THAT(label_weights(everything(two_graphs()), 0), ElementsAre(1, 1, 1));
}

TEST(BatchEnd, TakesAtLeastOneSampleAndStopsWhenFull) {
  const TrainingSet set = everything(two_graphs());
  const std::vector<LabelledSample> samples = labelled_samples(set, Stage::kTrain);
  EXPECT_EQ(batch_end(set, samples, 0, 1), 1u);
  EXPECT_EQ(batch_end(set, samples, 0, 3), 1u);
  EXPECT_EQ(batch_end(set, samples, 0, 4), 2u);
  EXPECT_EQ(batch_end(set, samples, 1, 100), 2u);
}

TEST(Shuffled, KeepsAllAndDependsOnTheSeedAlone) {
  std::vector<LabelledSample> samples(50);
  for (int32_t i = 0; i < 50; ++i) samples[static_cast<size_t>(i)].sample = i;
  const auto order = [&](uint64_t seed) {
    std::vector<int32_t> indices;
    for (const LabelledSample& sample : shuffled(samples, seed)) indices.push_back(sample.sample);
    return indices;
  };
  EXPECT_EQ(order(1), order(1));
  EXPECT_NE(order(1), order(2));
  std::vector<int32_t> sorted = order(1);
  std::sort(sorted.begin(), sorted.end());
  for (int32_t i = 0; i < 50; ++i) EXPECT_EQ(sorted[static_cast<size_t>(i)], i);
}

}  // namespace
}  // namespace tacho
