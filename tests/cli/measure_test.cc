// tacho measure, with the fake backend: its times are always the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "backends/cpu_name.h"
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

TEST_F(Measure, AModelGivenTwiceIsMeasuredOnce) {
  ASSERT_EQ(run({"model.onnx", "model.onnx", "-o", "labels.csv"}).code, 0);
  const std::string labels = folder_.read("labels.csv");
  EXPECT_EQ(std::count(labels.begin(), labels.end(), '\n'), 2);
}

TEST_F(Measure, LabelsNameANetworkByItsFileSoNoOtherShapeGoesThere) {
  const Outcome outcome = run({"model.onnx", "-o", "labels.csv", "--shape", "x:2x4"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--shape makes another of it"));
  EXPECT_FALSE(folder_.has("labels.csv"));
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

TEST_F(Measure, EveryBatchOnEveryPlatform) {
  const Outcome outcome =
      run_tacho(folder_, {"measure", "model.onnx", "-p", "fake,fake:seed=1,noise=0", "-b", "1,4",
                          "--min-seconds", "0", "-o", "labels.csv"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  const std::string labels = folder_.read("labels.csv");
  for (const char* row : {"\nmodel.onnx,1,cpu-fake-counted-fp32,", "\nmodel.onnx,4,cpu-fake-",
                          "\nmodel.onnx,1,cpu-fake1-", "\nmodel.onnx,4,cpu-fake1-"}) {
    EXPECT_THAT(labels, HasSubstr(row));
  }
}

TEST_F(Measure, APlatformIsFoundByItsName) {
  const Outcome outcome = run_tacho(
      folder_, {"measure", "model.onnx", "-p", "cpu-fake-counted-fp32", "--min-seconds", "0"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  const Outcome wrong =
      run_tacho(folder_, {"measure", "model.onnx", "-p", "cpu-fake-counted-fp31"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean 'cpu-fake-counted-fp32'?"));
}

TEST_F(Measure, WhereAndWithWhatStandsBesideTheLabels) {
  ASSERT_EQ(run({"model.onnx", "-o", "labels.csv"}).code, 0);
  const auto line = nlohmann::json::parse(folder_.read("labels.environment.jsonl"));
  for (const char* key : {"version", "host", "date", "load_average", "runtime", "threads"}) {
    EXPECT_TRUE(line.contains(key)) << key;
  }
  EXPECT_EQ(line["platform"], "cpu-fake-counted-fp32");
}

TEST_F(Measure, SamplesAreKept) {
  ASSERT_EQ(run({"model.onnx", "--samples", "samples.jsonl"}).code, 0);
  const auto line = nlohmann::json::parse(folder_.read("samples.jsonl"));
  EXPECT_EQ(line["samples_ms"].size(), 10u);
  EXPECT_EQ(line["round_medians_ms"].size(), 2u);
  EXPECT_GT(line["load_ms"], 0);
  EXPECT_TRUE(line["context"].contains("load_average"));
}

TEST_F(Measure, AModelThatTakesItsWorkerDownStopsNoOther) {
  const Outcome outcome =
      run_tacho(folder_, {"measure", "family:vgg:1", "model.onnx", "family:resnet:1", "-p",
                          "fake:fail=family?vgg*,how=crash", "--min-seconds", "0", "-o", "l.csv"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("tacho: family:vgg:1: its worker process was killed"));
  EXPECT_THAT(folder_.read("l.csv"), HasSubstr("\nmodel.onnx,1,"));
  EXPECT_THAT(folder_.read("l.csv"), HasSubstr("\nfamily:resnet:1,1,"));
}

TEST_F(Measure, RoundsOfTooFewRunsNeitherAgreeNorDisagree) {
  ASSERT_EQ(run({"model.onnx", "--samples", "s.jsonl", "--min-runs", "4"}).code, 0);
  EXPECT_TRUE(nlohmann::json::parse(folder_.read("s.jsonl")).at("rounds_agree").is_null());
}

TEST_F(Measure, APlatformThatCannotBeOpenedSaysWhy) {
  const std::string runtime = "-1t-onnxruntime9.9-fp32";
  const std::string platform = "cpu-" + short_cpu_name(cpu_model()) + runtime;
  Invocation invocation;
  invocation.args = {"measure", "model.onnx", "-p", platform};
  invocation.environment = {{"ONNXRUNTIME_PYTHON", "/nowhere/python"}};
  const Outcome outcome = run_tacho(folder_, invocation);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err,
              HasSubstr("no backend here is platform '" + platform + "': backend 'onnxruntime': "));
  // Installing it would not make this machine another.
  invocation.args.back() = "cpu-other" + runtime;
  EXPECT_THAT(run_tacho(folder_, invocation).err, ::testing::Not(HasSubstr("onnxruntime': ")));
}

TEST_F(Measure, StandardInput) {
  Invocation invocation;
  invocation.args = {"measure", "-", "-p", "fake", "--min-seconds", "0", "--csv"};
  invocation.input = folder_.read("model.onnx");
  const Outcome outcome = run_tacho(folder_, invocation);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\n<stdin>,1,"));
}

TEST_F(Measure, ComparesTwoModels) {
  const auto compare = [&](const char* a, const char* b) {
    return run_tacho(folder_, {"compare", a, b, "-p", "fake", "--min-seconds", "0"});
  };
  const Outcome other = compare("family:resnet:1", "family:vgg:1");
  EXPECT_EQ(other.code, 0) << other.err;
  EXPECT_THAT(other.out, HasSubstr("family:vgg:1 is 460 % slower than family:resnet:1"));
  EXPECT_THAT(other.out, HasSubstr("Wilcoxon signed-rank test on 20 pairs"));
  EXPECT_THAT(compare("model.onnx", "model.onnx").out, HasSubstr("no difference shown"));
  const Outcome broken = compare("model.onnx", "nowhere.onnx");
  EXPECT_EQ(broken.code, 1);
  EXPECT_THAT(broken.err, HasSubstr("nowhere.onnx"));
}

TEST_F(Measure, WithoutABackendItSaysWhereTheyAreListed) {
  const Outcome outcome = run_tacho(folder_, {"measure", "model.onnx"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("tacho backends lists them"));
}

}  // namespace
}  // namespace tacho::testing
