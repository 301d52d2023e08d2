#include "gnn/train/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tacho {
namespace {

TEST(OneCycle, RisesThenFallsToNothing) {
  EXPECT_NEAR(one_cycle(0, 0.2), 0.04, 1e-12);
  EXPECT_NEAR(one_cycle(0.1, 0.2), 0.52, 1e-12);
  EXPECT_NEAR(one_cycle(0.2, 0.2), 1, 1e-12);
  EXPECT_NEAR(one_cycle(0.6, 0.2), 0.5, 1e-12);
  EXPECT_NEAR(one_cycle(1, 0.2), 0, 1e-12);
  EXPECT_NEAR(one_cycle(0, 0), 1, 1e-12);
}

TEST(Optimizer, FirstStepMovesByTheLearningRateWhateverTheGradient) {
  float weight = 1;
  Optimizer optimizer({{"w", &weight, 1, 1, false}}, {0, 0, 0});
  const float gradient = 1e-3f;
  optimizer.step({&gradient}, 0.1);
  EXPECT_NEAR(weight, 0.9, 1e-5);
}

TEST(Optimizer, DecaysOnlyWhatIsAskedTo) {
  float decaying = 1;
  float steady = 1;
  Optimizer optimizer({{"a", &decaying, 1, 1, true}, {"b", &steady, 1, 1, false}}, {0.5, 0, 0});
  const float none = 0;
  optimizer.step({&none, &none}, 0.1);
  EXPECT_NEAR(decaying, 0.95, 1e-6);
  EXPECT_EQ(steady, 1);
}

TEST(Optimizer, ScalesTheRateOfAParameter) {
  float slow = 0;
  float fast = 0;
  Optimizer optimizer({{"a", &slow, 1, 1, false}, {"b", &fast, 1, 5, false}}, {0, 0, 0});
  const float gradient = -1;
  optimizer.step({&gradient, &gradient}, 0.01);
  EXPECT_NEAR(fast, 5 * slow, 1e-6);
}

TEST(Optimizer, ClipsTheNormOfAllGradientsTogether) {
  float a = 0;
  float b = 0;
  Optimizer optimizer({{"a", &a, 1, 1, false}, {"b", &b, 1, 1, false}}, {0, 1, 0});
  const float three = 3;
  const float four = 4;
  EXPECT_NEAR(optimizer.step({&three, &four}, 0.1), 5, 1e-6);
  EXPECT_NEAR(optimizer.state().first[0][0], 0.1 * 0.6, 1e-6);
  EXPECT_NEAR(optimizer.state().first[1][0], 0.1 * 0.8, 1e-6);
}

TEST(Optimizer, FindsTheMinimumOfAParabolaAndItsAverageFollows) {
  float weight = 5;
  Optimizer optimizer({{"w", &weight, 1, 1, false}}, {0, 0, 0.9});
  for (int i = 0; i < 500; ++i) {
    const float gradient = 2 * (weight - 2);
    optimizer.step({&gradient}, 0.1 * one_cycle(i / 500.0, 0.1));
  }
  EXPECT_NEAR(weight, 2, 1e-2);
  EXPECT_NEAR(optimizer.state().average[0][0], 2, 1e-2);
}

TEST(Optimizer, ContinuesFromASavedState) {
  float whole = 1;
  Optimizer uninterrupted({{"w", &whole, 1, 1, true}}, {});
  float half = 1;
  Optimizer before({{"w", &half, 1, 1, true}}, {});
  for (int i = 0; i < 4; ++i) {
    const float gradient = std::sin(static_cast<float>(i));
    uninterrupted.step({&gradient}, 0.1);
    if (i < 2) before.step({&gradient}, 0.1);
  }
  Optimizer after({{"w", &half, 1, 1, true}}, {});
  after.set_state(before.state());
  for (int i = 2; i < 4; ++i) {
    const float gradient = std::sin(static_cast<float>(i));
    after.step({&gradient}, 0.1);
  }
  EXPECT_EQ(half, whole);
  EXPECT_EQ(after.state().average, uninterrupted.state().average);
}

}  // namespace
}  // namespace tacho
