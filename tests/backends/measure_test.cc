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

// A turn taker that answers with a script and notes what it was asked for.
struct Actor {
  Script script;
  std::vector<Turn> asked;
  TurnTaker taker() {
    return [this](const Turn& turn) {
      asked.push_back(turn);
      return take_turn(script, turn);
    };
  }
};

TEST(Measure, ModelsMeasuredTogetherTakeTurnsAndSettle) {
  std::string turns;
  Actor a{Script('a', {1}, &turns), {}}, b{Script('b', {5}, &turns), {}};
  const auto measured = measure_in_turns({a.taker(), b.taker()}, {1, 0, 4, 0, 2});
  EXPECT_EQ(turns,
            "ab"
            "aaabbb"
            "bbbaaa");  // a turn is one run to settle and two that are kept
  EXPECT_THAT(measured[0].timing.samples_ms, ElementsAre(1, 1, 1, 1));
  EXPECT_THAT(measured[1].timing.turn_medians_ms, ElementsAre(5, 5));
}

TEST(Measure, AModelAloneDoesNotSettle) {
  Actor a{Script('a', {1}), {}};
  measure_in_turns({a.taker()}, runs(1, 10));
  for (const Turn& turn : a.asked) EXPECT_FALSE(turn.settle);
}

TEST(Measure, AModelThatFailsDoesNotStopTheOthers) {
  Actor a{Script('a', {1}), {}};
  const TurnTaker broken = [](const Turn&) -> TurnResult { throw Error("is broken"); };
  const auto measured = measure_in_turns({broken, a.taker()}, runs(1, 10));
  EXPECT_EQ(std::string(measured[0].error->what()), "is broken");
  EXPECT_FALSE(measured[1].error);
  EXPECT_EQ(measured[1].timing.samples_ms.size(), 10u);
}

TEST(Measure, RoundsThatDisagreeGetASecondLook) {
  std::vector<double> ms{9};                      // warm-up
  for (int i = 0; i < 5; ++i) ms.push_back(1.1);  // first round
  ms.push_back(1.0);                              // and all that follow
  Script model('a', ms);
  const Timing timing = measure(model, runs(1, 10));
  EXPECT_THAT(timing.round_medians_ms, ElementsAre(1.1, 1.0, 1.0));
  EXPECT_EQ(timing.samples_ms.size(), 15u);
  EXPECT_EQ(timing.median_ms, 1.0);
  EXPECT_EQ(timing.rounds_agree, true);
}

TEST(Measure, RoundsOfTooFewRunsAreNotCompared) {
  Script model('a', {9, 1, 1, 2, 2});
  const Timing timing = measure(model, runs(1, 4));
  EXPECT_THAT(timing.round_medians_ms, ElementsAre(1, 2));
  EXPECT_EQ(timing.rounds_agree, std::nullopt);
}

// The machine grows slower with every run: whoever comes second in a pair of turns is slower.
TEST(Measure, DriftDoesNotFavourTheModelThatComesFirst) {
  double clock = 1;
  const TurnTaker drifting = [&](const Turn&) { return TurnResult{{clock += 1e-3}, 0}; };
  const auto measured = measure_in_turns({drifting, drifting}, {1, 0, 4, 0, 4});
  const auto mean = [&](int model) { return measured[model].timing.mean_ms; };
  EXPECT_NEAR(mean(0), mean(1), 1e-9);
}

TEST(Measure, ATurnBeginsAnew) {
  struct Ahead : CompiledModel {
    int turns = 0;
    void begin_turn() override { ++turns; }
    double run() override { return 1; }
    std::vector<HostTensor> outputs() override { return {}; }
  } model;
  take_turn(model, {3, 0, true});
  EXPECT_EQ(model.turns, 1);
}

TEST(Measure, NoMoreSamplesAreKeptThanAFileShouldHold) {
  Timing timing;
  for (size_t i = 0; i < 3 * kMostKeptSamples; ++i) {
    timing.samples_ms.push_back(static_cast<double>(i));
  }
  const std::vector<double> kept = kept_samples(timing);
  ASSERT_EQ(kept.size(), kMostKeptSamples);
  EXPECT_EQ(kept[1], 3);
  timing.samples_ms.resize(kMostKeptSamples);
  EXPECT_EQ(kept_samples(timing), timing.samples_ms);
}

TEST(Measure, RoundsThatAgreeGetNone) {
  std::vector<double> ms{9};
  for (int i = 0; i < 5; ++i) ms.push_back(1.04);
  ms.push_back(1.0);
  Script model('a', ms);
  EXPECT_THAT(measure(model, runs(1, 10)).round_medians_ms, ElementsAre(1.04, 1.0));
}

TEST(Measure, LooksEndThoughRoundsNeverAgree) {
  std::vector<double> ms{9};
  for (int i = 0; i < 100; ++i) ms.push_back(i / 5 % 2 == 0 ? 1.0 : 2.0);
  Script model('a', ms);
  const Timing timing = measure(model, runs(1, 10));
  EXPECT_THAT(timing.round_medians_ms, ElementsAre(1, 2, 1, 2));
  EXPECT_EQ(timing.rounds_agree, false);
}

TEST(Measure, SpreadIsTheInterquartileRange) {
  Script model('a', {9, 1, 2, 3, 4, 100});
  EXPECT_DOUBLE_EQ(measure(model, runs(1, 5)).spread, (4.0 - 2.0) / 3.0);
}

TEST(Measure, WhatIsNoLatencyIsAnError) {
  for (const double ms : {0.0, -1.0, std::nan(""), 1.0 / 0.0}) {
    Script model('a', {1, ms});
    EXPECT_THAT(error_of([&] { measure(model, runs(1, 3)); }), HasSubstr("no latency")) << ms;
  }
}

}  // namespace
}  // namespace tacho
