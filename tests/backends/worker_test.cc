// Workers are started from the program `tacho` beside this test.
#include <gmock/gmock.h>

#include "backends/testing.h"
#include "backends/worker/worker_pool.h"

namespace tacho {
namespace {

using testing::error_of;
using ::testing::HasSubstr;

const MeasureOptions kShort{1, 0, 10, 0};
constexpr const char* kGood = "family:resnet:1";
constexpr const char* kBad = "family:vgg:1";

// Both models together, on a fake on which one misbehaves.
std::vector<MeasureResult> measure_pair(const std::string& how, const WorkerLimits& limits) {
  WorkerPool pool("fake:fail=family?vgg*,how=" + how, limits);
  auto results = pool.measure({{kBad, {}}, {kGood, {}}}, kShort);
  // What a model took down is there again for the next one.
  EXPECT_FALSE(pool.measure({{kGood, {}}}, kShort)[0].error);
  EXPECT_FALSE(results[1].error);
  EXPECT_EQ(results[1].timing.samples_ms.size(), 10u);
  return results;
}

std::string problem_with(const std::string& how, const WorkerLimits& limits = {}) {
  const auto results = measure_pair(how, limits);
  return results[0].error ? results[0].error->what() : "no error";
}

TEST(Worker, MeasuresAsThisProcessWould) {
  WorkerPool pool("fake:noise=0");
  EXPECT_EQ(pool.platform(), "cpu-fake-counted-fp32");
  EXPECT_EQ(pool.facts().at("runtime"), "fake");
  const MeasureResult one = pool.measure({{kGood, {}}}, kShort)[0];
  ASSERT_FALSE(one.error) << one.error->what();
  EXPECT_GT(one.timing.median_ms, 0);
  EXPECT_GT(one.load_ms, 0);
  BindOptions eight;
  eight.batch = 8;
  EXPECT_GT(pool.measure({{kGood, eight}}, kShort)[0].timing.median_ms, 4 * one.timing.median_ms);
}

TEST(Worker, ModelsGetTheirOwnResults) {
  WorkerPool pool("fake:noise=0");
  const double good = pool.measure({{kGood, {}}}, kShort)[0].timing.median_ms;
  const double other = pool.measure({{kBad, {}}}, kShort)[0].timing.median_ms;
  const auto both = pool.measure({{kBad, {}}, {kGood, {}}}, kShort);
  EXPECT_EQ(both[0].timing.median_ms, other);
  EXPECT_EQ(both[1].timing.median_ms, good);
}

TEST(Worker, AnErrorIsTheModelsOwn) {
  EXPECT_THAT(problem_with("error"), HasSubstr("told to fail on 'family:vgg:1'"));
}

TEST(Worker, ACrashIsTheModelsOwn) {
  EXPECT_THAT(problem_with("crash"), HasSubstr("worker process was killed by signal 6"));
}

TEST(Worker, AHangIsEndedByTheTimeLimit) {
  EXPECT_THAT(problem_with("hang", {0.5, 0}), HasSubstr("more than the time limit of 0.500 s"));
}

TEST(Worker, MemoryIsLimited) {
  EXPECT_THAT(problem_with("eat", {30, 200'000'000}), HasSubstr("more than the limit of 0.200 GB"));
}

TEST(Worker, WhatCannotBeReadOrOpenedIsAnError) {
  WorkerPool pool("fake");
  const auto results = pool.measure({{"nowhere.onnx", {}}, {kGood, {}}}, kShort);
  EXPECT_THAT(results[0].error->what(), HasSubstr("nowhere.onnx"));
  EXPECT_FALSE(results[1].error);
  EXPECT_THAT(error_of([] { WorkerPool pool("replay:file=nowhere.csv"); }),
              HasSubstr("nowhere.csv"));
  EXPECT_THAT(error_of([] { WorkerPool pool("fak"); }), HasSubstr("did you mean 'fake'?"));
}

}  // namespace
}  // namespace tacho
