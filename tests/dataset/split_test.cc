#include "dataset/split.h"

#include <gtest/gtest.h>

#include <map>

namespace tacho {
namespace {

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

}  // namespace
}  // namespace tacho
