#include "dataset/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "dataset/family.h"
#include "dataset/testing.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;

TEST(StageOf, IsTheSameEverywhereAndForever) {
  // Checkpoints name a seed; these values must never change.
  const SplitFractions fractions{0.25, 0.25};
  EXPECT_EQ(stage_of("resnet50", 0, fractions), Stage::kTest);           // at 0.074
  EXPECT_EQ(stage_of("resnet50", 1, fractions), Stage::kTest);           // at 0.247
  EXPECT_EQ(stage_of("resnet18", 1, fractions), Stage::kValidation);     // at 0.465
  EXPECT_EQ(stage_of("vit_base_patch16", 1, fractions), Stage::kTrain);  // at 0.551
}

TEST(StageOf, GivesTheFractionsAskedFor) {
  std::map<Stage, int> count;
  for (int i = 0; i < 10'000; ++i) ++count[stage_of("model" + std::to_string(i), 1, {0.1, 0.2})];
  EXPECT_NEAR(count[Stage::kValidation], 1000, 120);  // four standard deviations
  EXPECT_NEAR(count[Stage::kTest], 2000, 160);
  EXPECT_EQ(stage_of("any", 1, {0, 1}), Stage::kTest);
  EXPECT_EQ(stage_of("any", 1, {1, 0}), Stage::kValidation);
  EXPECT_EQ(stage_of("any", 1, {0, 0}), Stage::kTrain);
}

TEST(StageOf, AnotherSeedIsAnotherIndependentSplit) {
  int both = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string model = "model" + std::to_string(i);
    both += stage_of(model, 1, {0, 0.5}) == Stage::kTest &&
            stage_of(model, 2, {0, 0.5}) == Stage::kTest;
  }
  EXPECT_NEAR(both, 2500, 180);
}

TEST(StageName, IsWhatLabelsFilesSay) {
  EXPECT_EQ(stage_name(Stage::kTrain), "train");
  EXPECT_EQ(stage_name(Stage::kValidation), "val");
  EXPECT_EQ(stage_name(Stage::kTest), "test");
}

std::vector<std::string> some_models() {
  std::vector<std::string> models;
  const std::vector<std::pair<std::string, int>> families = {
      {"resnet", 40}, {"vgg", 25}, {"vit_s", 20}, {"swin_t", 5}, {"yolo5d", 10}};
  for (const auto& [family, count] : families) {
    for (int i = 0; i < count; ++i) models.push_back(family + std::to_string(i));
  }
  return models;
}

TEST(SplitModels, WithoutFamiliesEachModelForItself) {
  const std::vector<std::string> models = some_models();
  SplitRule rule;
  rule.seed = 5;
  const std::vector<Stage> stages = split_models(models, rule);
  ASSERT_EQ(stages.size(), models.size());
  for (size_t i = 0; i < models.size(); ++i) {
    EXPECT_EQ(stages[i], stage_of(models[i], 5, rule.fractions));
  }
}

TEST(SplitModels, AFamilyLeftOutIsTheWholeTest) {
  const std::vector<std::string> models = some_models();
  SplitRule rule;
  rule.test_families = {"vgg", "swin"};
  rule.fractions = {0.3, 0.4};
  const std::vector<Stage> stages = split_models(models, rule);
  size_t validation = 0;
  for (size_t i = 0; i < models.size(); ++i) {
    const bool left_out = models[i][0] == 's' || models[i].substr(0, 2) == "vg";
    EXPECT_EQ(stages[i] == Stage::kTest, left_out) << models[i];
    validation += stages[i] == Stage::kValidation ? 1 : 0;
  }
  EXPECT_GT(validation, 10u);
  EXPECT_LT(validation, 35u) << "the share for test is not used";
}

TEST(SplitModels, FoldsDealOutWholeFamiliesEvenly) {
  const std::vector<std::string> models = some_models();
  std::vector<int> times_tested(models.size(), 0);
  for (int fold = 0; fold < 3; ++fold) {
    SplitRule rule;
    rule.folds = 3;
    rule.fold = fold;
    const std::vector<Stage> stages = split_models(models, rule);
    std::map<std::string, std::set<bool>> tested;
    int count = 0;
    for (size_t i = 0; i < models.size(); ++i) {
      const bool test = stages[i] == Stage::kTest;
      tested[family_of(models[i])].insert(test);
      times_tested[i] += test ? 1 : 0;
      count += test ? 1 : 0;
    }
    for (const auto& [family, values] : tested) EXPECT_EQ(values.size(), 1u) << family;
    EXPECT_GE(count, 30);
    EXPECT_LE(count, 40) << "100 models, of which the largest family has 40";
  }
  for (const int times : times_tested) EXPECT_EQ(times, 1);
}

TEST(SplitModels, DoesNotSplitBecause) {
  const auto error_for = [](const SplitRule& rule) {
    return error_of([&] { split_models(some_models(), rule); });
  };
  SplitRule rule;
  rule.test_families = {"resnets"};
  EXPECT_THAT(error_for(rule), HasSubstr("no model of a family 'resnets'; did you mean 'resnet'?"));
  rule.folds = 2;
  EXPECT_THAT(error_for(rule), HasSubstr("not both"));
  rule.test_families.clear();
  rule.fold = 2;
  EXPECT_THAT(error_for(rule), HasSubstr("fold 2 of 2"));
  rule.folds = 6;
  EXPECT_THAT(error_for(rule), HasSubstr("6 folds, but the models are of 5 families"));
  rule.folds = 0;
  EXPECT_THAT(error_for(rule), HasSubstr("fold 2 of 0"));
  rule.fold = 0;
  rule.fractions = {0.6, 0.5};
  EXPECT_THAT(error_for(rule), HasSubstr("together at most 1"));
}

}  // namespace
}  // namespace tacho
