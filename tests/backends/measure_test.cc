#include "backends/measure.h"

#include <gmock/gmock.h>

#include <cmath>

#include "backends/testing.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;

// Returns the numbers it was given, then its last one for ever; notes its turns.
class Script : public CompiledModel {
 public:
  Script(char name, std::vector<double> ms, std::string* turns = nullptr)
      : name_(name), ms_(std::move(ms)), turns_(turns) {}
  double run() override {
    if (turns_ != nullptr) *turns_ += name_;
    return ms_[std::min(next_++, ms_.size() - 1)];
  }
  std::vector<HostTensor> outputs() override { return {}; }

 private:
  char name_;
  std::vector<double> ms_;
  size_t next_ = 0;
  std::string* turns_;
};

// No waiting: counts alone.
MeasureOptions runs(int warmup, int timed) { return {warmup, 0, timed, 0}; }

TEST(Measure, SummarizesTheTimedRunsAlone) {
  Script model('a', {90, 50, 1, 2, 6});
  const Timing timing = measure(model, runs(2, 3));
  EXPECT_THAT(timing.samples_ms, ElementsAre(1, 2, 6));
  EXPECT_EQ(timing.first_ms, 90);
  EXPECT_EQ(timing.median_ms, 2);
  EXPECT_EQ(timing.mean_ms, 3);
  EXPECT_DOUBLE_EQ(timing.stddev_ms, std::sqrt((4 + 1 + 9) / 2.0));
}

TEST(Measure, MedianOfAnEvenNumberIsTheMiddle) {
  Script model('a', {9, 4, 1, 2, 3});
  EXPECT_EQ(measure(model, runs(1, 4)).median_ms, 2.5);
}

TEST(Measure, GoesOnUntilTheTimeIsReached) {
  Script model('a', {100});  // 10 runs of 100 ms are a second, though no time passes
  EXPECT_EQ(measure(model, {1, 0, 3, 1.0}).samples_ms.size(), 10u);
  EXPECT_EQ(measure(model, {1, 0, 30, 1.0}).samples_ms.size(), 30u);
}

TEST(Measure, OneRunHasNoSpread) {
  Script model('a', {4});
  EXPECT_EQ(measure(model, runs(0, 0)).stddev_ms, 0);
}

TEST(Measure, InterleavedModelsTakeTurns) {
  std::string turns;
  Script a('a', {1}, &turns), b('b', {5}, &turns), c('c', {7}, &turns);
  const auto timings = measure_interleaved({&a, &b, &c}, runs(1, 2));
  EXPECT_EQ(turns, "abcabcabc");
  ASSERT_EQ(timings.size(), 3u);
  EXPECT_EQ(timings[1].median_ms, 5);
  EXPECT_TRUE(measure_interleaved({}).empty());
}

TEST(Measure, WhatIsNoLatencyIsAnError) {
  for (const double ms : {0.0, -1.0, std::nan(""), 1.0 / 0.0}) {
    Script model('a', {1, ms});
    EXPECT_THAT(error_of([&] { measure(model, runs(1, 3)); }), HasSubstr("no latency")) << ms;
  }
}

}  // namespace
}  // namespace tacho
