#include "gnn/train/training_set.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <map>

#include "common/error.h"
#include "synthetic.h"

namespace tacho {
namespace {

Dataset small_data(int samples) { return testing::synthetic_dataset({samples, 1, 2, 4, 1}); }

TEST(PrepareTrainingSet, NeverPartsTheSamplesOfOneModel) {
  Dataset data = small_data(200);
  for (size_t s = 0; s < data.samples.size(); ++s) {
    data.samples[s].model = "net" + std::to_string(s / 4);
  }
  TrainConfig config;
  config.fractions = {0.2, 0.2};
  const TrainingSet set = prepare_training_set(std::move(data), config);
  std::map<std::string, Stage> stages;
  for (size_t s = 0; s < set.stages.size(); ++s) {
    const auto [found, is_new] = stages.emplace(set.data.samples[s].model, set.stages[s]);
    EXPECT_EQ(found->second, set.stages[s]);
  }
  for (Stage stage : {Stage::kTrain, Stage::kValidation, Stage::kTest}) {
    EXPECT_FALSE(set.labels_in(stage).empty());
  }
}

TEST(PrepareTrainingSet, NormalisesByTrainingSamplesAndClipsTheOthers) {
  Dataset data = small_data(100);
  TrainConfig config;
  config.fractions = {0.2, 0.2};
  const TrainingSet probe = prepare_training_set(data, config);
  size_t outside = 0;
  while (probe.stages[outside] == Stage::kTrain) ++outside;
  data.samples[outside].features.features[0] = 1e6f;
  const TrainingSet set = prepare_training_set(data, config);
  EXPECT_EQ(set.scaling.mean, probe.scaling.mean);
  EXPECT_EQ(set.rows[outside].features[0], set.scaling.high[0]);
  double sum = 0;
  double rows = 0;
  const size_t width = set.num_features();
  for (size_t s = 0; s < set.stages.size(); ++s) {
    if (set.stages[s] != Stage::kTrain) continue;
    for (size_t i = 0; i < set.rows[s].features.size(); i += width, ++rows)
      sum += set.rows[s].features[i];
  }
  EXPECT_NEAR(sum / rows, 0, 1e-4);
}

TEST(PrepareTrainingSet, AFeatureThatNeverVariesBecomesZero) {
  Dataset data = small_data(20);
  const size_t width = feature_table().size();
  for (Sample& sample : data.samples) {
    for (size_t i = 0; i < sample.features.features.size(); i += width) {
      sample.features.features[i] = 7;
    }
  }
  TrainConfig config;
  config.train_on_all = true;
  const TrainingSet set = prepare_training_set(std::move(data), config);
  EXPECT_EQ(set.scaling.std[0], 1);
  EXPECT_NEAR(set.rows[3].features[0], 0, 1e-5);
}

TEST(PrepareTrainingSet, RefusesWhatCannotBeTrainedOn) {
  const TrainConfig config;
  EXPECT_THROW(prepare_training_set(Dataset{}, config), Error);
  Dataset data = testing::synthetic_dataset({});
  data.labels[0].latency_ms = 0;
  EXPECT_THROW(prepare_training_set(data, config), Error);
  data.labels[0].latency_ms = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(prepare_training_set(data, config), Error);
  data.labels[0].latency_ms = 1;
  data.samples[1].features.features.pop_back();
  EXPECT_THROW(prepare_training_set(data, config), Error);
}

std::string fault_of(const Dataset& data, const TrainConfig& config) {
  try {
    prepare_training_set(data, config);
    return "";
  } catch (const Error& e) {
    return e.what();
  }
}

TEST(PrepareTrainingSet, LeavesFamiliesAndPlatformsOut) {
  Dataset data = testing::synthetic_dataset({40, 3, 2, 4, 1});
  for (size_t s = 0; s < data.samples.size(); ++s) {
    data.samples[s].model = (s % 4 == 0 ? "vgg" : "resnet") + std::to_string(s);
  }
  const std::string left = data.platforms[1];
  TrainConfig config;
  config.leave_families = {"vgg"};
  config.leave_platforms = {left};
  const TrainingSet set = prepare_training_set(data, config);
  EXPECT_THAT(set.data.platforms, ::testing::ElementsAre(data.platforms[0], data.platforms[2]));
  for (size_t s = 0; s < set.stages.size(); ++s) {
    EXPECT_EQ(set.stages[s] == Stage::kTest, set.data.samples[s].model[0] == 'v');
  }
  config.platforms = {left};
  EXPECT_THAT(fault_of(data, config), ::testing::HasSubstr("is no platform"));
  config.leave_platforms = {"npu"};
  EXPECT_THAT(fault_of(data, config), ::testing::HasSubstr("no platform 'npu' in the data sets"));
  config = TrainConfig();
  config.leave_families = {"vggs"};
  EXPECT_THAT(fault_of(data, config), ::testing::HasSubstr("did you mean 'vgg'?"));
}

TEST(PrepareTrainingSet, APlatformWithTooFewLabelsIsNamed) {
  Dataset data = testing::synthetic_dataset({40, 2, 2, 4, 1});
  data.platforms.push_back("npu");
  data.labels.push_back({0, 2, 1.0});
  TrainConfig config;
  config.fractions = {0.05, 0};
  config.min_labels = 2;
  EXPECT_THAT(fault_of(data, config), ::testing::HasSubstr("platform 'npu' has 1 labels to train"));
  config.min_labels = 1;
  config.train_on_all = true;
  EXPECT_EQ(fault_of(data, config), "");
  data.labels.pop_back();
  EXPECT_THAT(fault_of(data, config), ::testing::HasSubstr("platform 'npu' has 0 labels"));
}

}  // namespace
}  // namespace tacho
