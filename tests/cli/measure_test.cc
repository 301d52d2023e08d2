// tacho measure, with the fake backend: its times are always the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/run_tacho.h"
#include "cli/test_files.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Measure : public ::testing::Test {
 protected:
  Measure() { write_small_project(folder_); }
  Outcome run(std::vector<std::string> args) const {
    args.insert(args.begin(), "measure");
    for (const char* more : {"--backend", "fake", "--min-seconds", "0"}) args.push_back(more);
    return run_tacho(folder_, args);
  }
  TempFolder folder_;
};

TEST_F(Measure, PrintsTheMedianOfAtLeastTenRuns) {
  const Outcome outcome = run({"model.onnx", "--json"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  const auto measured = nlohmann::json::parse(outcome.out).at("measurements").at(0);
  EXPECT_EQ(measured.at("batch"), 1);
  EXPECT_GT(measured.at("latency_ms").get<double>(), 0);
  EXPECT_EQ(measured.at("runs"), 10);
}

TEST_F(Measure, LabelsAreWrittenOnceForEachModelAndBatch) {
  ASSERT_EQ(run({"model.onnx", "-o", "labels.csv"}).code, 0);
  const std::string first = folder_.read("labels.csv");
  EXPECT_THAT(first, StartsWith("graph,batch,platform,latency_ms,stddev_ms,runs\nmodel.onnx,1,"));
  const Outcome again = run({"model.onnx", "-o", "labels.csv"});
  EXPECT_EQ(again.code, 0);
  EXPECT_THAT(again.err, HasSubstr("1 models left out: measured before, in labels.csv"));
  EXPECT_EQ(folder_.read("labels.csv"), first);
  ASSERT_EQ(run({"model.onnx", "-o", "labels.csv", "--batch", "4"}).code, 0);
  EXPECT_THAT(folder_.read("labels.csv"), HasSubstr("\nmodel.onnx,4,"));
}

TEST_F(Measure, GraphsAreNamedRelativeToTheirFolder) {
  folder_.write("zoo/a/m.onnx", small_model());
  ASSERT_EQ(run({"zoo", "--graphs", "zoo", "-o", "labels.csv"}).code, 0);
  EXPECT_THAT(folder_.read("labels.csv"), HasSubstr("\na/m.onnx,1,"));
}

TEST_F(Measure, ABrokenModelDoesNotStopTheOthers) {
  folder_.write("broken.onnx", "no model");
  const Outcome outcome = run({"broken.onnx", "model.onnx", "-o", "labels.csv"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("broken.onnx"));
  EXPECT_THAT(folder_.read("labels.csv"), HasSubstr("model.onnx,1,"));
}

TEST_F(Measure, WithoutABackendItSaysWhereTheyAreListed) {
  const Outcome outcome = run_tacho(folder_, {"measure", "model.onnx"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("tacho backends lists them"));
}

}  // namespace
}  // namespace tacho::testing
