// tacho kernel init, sample, profile, build, export: a workspace from its beginning to its data.
#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/run_tacho.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSettings = "ws/configs/predictorbuild_config.yaml";
constexpr const char* kResults = "ws/predictor_build/results/";

size_t lines(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// One entry of an nn-Meter file of relu: channels and, if not empty, what stands behind them.
std::string relu_file(const std::string& entries) { return "{\"relu\": {" + entries + "}}"; }
std::string relu_entry(const std::string& id, int cin, const std::string& more) {
  return "\"" + id + "\": {\"config\": {\"HW\": 14, \"CIN\": " + std::to_string(cin) + "}" +
         (more.empty() ? "" : ", " + more) + "}";
}

class KernelWorkspace : public ::testing::Test {
 protected:
  Outcome run(const std::vector<std::string>& args) const {
    std::vector<std::string> all{"kernel"};
    all.insert(all.end(), args.begin(), args.end());
    return run_tacho(folder_, all);
  }
  /// A workspace whose only kernel is relu.
  void settings(int initial, int iterations, const std::string& threshold = "0.1") const {
    folder_.write(kSettings, "KERNELS:\n  relu:\n    INIT_SAMPLE_NUM: " + std::to_string(initial) +
                                 "\n    FINEGRAINED_SAMPLE_NUM: 2\n    ITERATION: " +
                                 std::to_string(iterations) +
                                 "\n    ERROR_THRESHOLD: " + threshold + "\n");
  }
  Outcome build(const std::string& backend, std::vector<std::string> more = {}) const {
    std::vector<std::string> args{"build", "--all",         "-w", "ws",         "--backend",
                                  backend, "--min-seconds", "0",  "--min-runs", "1"};
    args.insert(args.end(), more.begin(), more.end());
    return run(args);
  }
  TempFolder folder_;
};

TEST_F(KernelWorkspace, InitWritesNnMetersDefaultsAndNeverOverThem) {
  ASSERT_EQ(run({"init", "ws"}).code, 0);
  expect_golden("kernel_init.yaml", folder_.read(kSettings));
  folder_.write(kSettings, "KERNELS: {}\n");
  const Outcome again = run({"init", "ws"});
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.err, HasSubstr("is there already"));
  EXPECT_EQ(folder_.read(kSettings), "KERNELS: {}\n");
  EXPECT_THAT(run({"build", "--all", "-w", "elsewhere", "--backend", "fake"}).err,
              HasSubstr("no workspace"));
}

TEST_F(KernelWorkspace, SampleIsDeterministicForASeedAndGoesAroundAConfiguration) {
  const auto sample = [&](const std::string& seed) {
    return run({"sample", "conv-bn-relu", "-n", "40", "--seed", seed}).out;
  };
  const std::string seven = sample("7");
  EXPECT_EQ(lines(seven), 40u);
  EXPECT_EQ(seven, sample("7"));
  EXPECT_NE(seven, sample("8"));
  const Outcome around =
      run({"sample", "--around", "conv-bn-relu:hw=56,cin=100,cout=100,k=3,s=1", "-n", "9"});
  EXPECT_EQ(lines(around.out), 9u) << around.err;
  size_t same = 0;
  for (size_t at = 0; (at = around.out.find("hw=56,", at)) != std::string::npos; ++at) ++same;
  EXPECT_EQ(same, 9u);
}

TEST_F(KernelWorkspace, SampleSaysWhatIsWrong) {
  EXPECT_THAT(run({"sample", "conv-bn-rleu"}).err, HasSubstr("did you mean 'conv-bn-relu'?"));
  EXPECT_THAT(run({"sample", "--around", "relu:hw=56"}).err, HasSubstr("cin"));
  EXPECT_THAT(run({"sample", "--around", "relu:hw=56,cin=0"}).err, HasSubstr("cin"));
  EXPECT_THAT(run({"sample", "--around", "relu:hw=56,cni=3"}).err,
              HasSubstr("did you mean 'cin'?"));
  const Outcome both = run({"sample", "relu", "--around", "relu:hw=56,cin=3"});
  EXPECT_EQ(both.code, 2);
  EXPECT_THAT(both.err, HasSubstr("one of the two"));
}

TEST_F(KernelWorkspace, BuildMeasuresTrainsAndPrintsItsFigures) {
  settings(60, 2, "0.01");
  const Outcome outcome = build("fake:noise=0");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  for (const char* what :
       {"relu", "prior", "RMSE ms", "RMSPE %", "within 5 %", "within 10 %", "method", "chosen"}) {
    EXPECT_THAT(outcome.out, HasSubstr(what));
  }
  EXPECT_THAT(outcome.err, HasSubstr("prior: measured 60"));
  EXPECT_TRUE(folder_.has("ws/predictor_build/predictors/kernels.safetensors"));
  const Outcome predicted = run({"predict", "relu:hw=14,cin=64", "--csv", "--predictor",
                                 "ws/predictor_build/predictors/kernels.safetensors"});
  EXPECT_THAT(predicted.out, HasSubstr("cpu-fake-counted-fp32"));
  // A second run finds all of it done.
  EXPECT_THAT(build("fake:noise=0").err, Not(HasSubstr("measured 60")));
  EXPECT_THAT(build("fake:seed=2").err, HasSubstr("make another workspace"));
}

TEST_F(KernelWorkspace, BuildSaysWhenItHasTooFewToJudge) {
  settings(5, 3);
  const Outcome outcome = build("fake:noise=0");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("relu: prior: 5 measured, too few to judge"));
  EXPECT_THAT(outcome.err, HasSubstr("5 measurements are too few to split"));
  EXPECT_EQ(outcome.out, "") << "there are no figures";
}

TEST_F(KernelWorkspace, BuildReplaysPublishedTablesInTheirOwnForm) {
  std::string table = "device,latency_ms,b,h\n";
  for (int i = 1; i <= 40; ++i) {
    const std::string size = std::to_string(17 * i);
    table += "t4,0." + size + "," + size + ",64\np4,1." + size + "," + size + ",64\n";
  }
  folder_.write("relu.csv", table + "t4,,3,3\n");
  settings(40, 1);
  const Outcome outcome = build("replay:file=relu.csv,platform=t4");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("left out: relu.csv:82: latency_ms is not positive"));
  EXPECT_THAT(outcome.err, HasSubstr("prior: measured 40"));
  const Outcome csv = run({"export", "--all", "-w", "ws"});
  EXPECT_THAT(csv.out, HasSubstr("\"relu:hw=1,cin=64,b=17\",t4,0.170000,"));
  EXPECT_EQ(lines(csv.out), 41u);
  EXPECT_THAT(build("replay:file=relu.csv").err, HasSubstr("2 platforms; name one"));
  folder_.write("mine.csv", table);
  EXPECT_THAT(build("replay:file=mine.csv,platform=t4").err, HasSubstr("name the file by the"));
}

TEST_F(KernelWorkspace, BuildDrawsFromAPoolOnAnyBackend) {
  folder_.write("pool.csv",
                "kernel,platform,latency_ms\n\"relu:hw=7,cin=3\",x,1\n\"relu:hw=7,cin=5\",x,1\n");
  settings(10, 1);
  const Outcome outcome = build("fake:noise=0", {"--pool", "pool.csv"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("only 2 configurations to begin with"));
  EXPECT_EQ(lines(run({"export", "relu", "-w", "ws"}).out), 3u);
}

TEST_F(KernelWorkspace, WhatFailsIsKeptAsAnErrorAndTheRestMeasured) {
  settings(1, 1);
  folder_.write(std::string(kResults) + "relu_mine_of_may.json",
                relu_file(relu_entry("AAAAAA", 8, "") + "," + relu_entry("BBBBBB", 16, "")));
  const Outcome outcome = run({"profile", "relu", "-w", "ws", "--backend",
                               "fake:fail=*cin=16*,noise=0", "--min-seconds", "0"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("1 could not be measured; the first: relu:hw=14,cin=16"));
  const auto profiled =
      nlohmann::json::parse(folder_.read(std::string(kResults) + "profiled_relu.json"))["relu"];
  EXPECT_TRUE(profiled["AAAAAA"].contains("latency"));
  EXPECT_TRUE(profiled["BBBBBB"].contains("error"));
}

TEST_F(KernelWorkspace, ExportTakesWhatNnMeterMeasured) {
  folder_.write(std::string(kResults) + "profiled_relu.json",
                relu_file(relu_entry("AAAAAA", 8, "\"latency\": \"1.5 +- 0.25\"") + "," +
                          relu_entry("BBBBBB", 16, "") + "," +
                          relu_entry("CCCCCC", 32, "\"latency\": \"nan +- 0\"") + "," +
                          relu_entry("DDDDDD", 64, "\"error\": \"out of memory\"")));
  const Outcome outcome = run({"export", "relu", "-w", "ws", "--platform", "phone"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out,
            "kernel,platform,latency_ms,stddev_ms\n\"relu:hw=14,cin=8\",phone,1.50000,0.250000\n");
  EXPECT_THAT(outcome.err, HasSubstr("BBBBBB: latency is missing"));
  EXPECT_THAT(outcome.err, HasSubstr("CCCCCC: latency"));
  EXPECT_THAT(outcome.err, HasSubstr("DDDDDD: out of memory"));
}

TEST_F(KernelWorkspace, ExportGoesOnBehindFilesThatItCannotUse) {
  const std::string profiled = std::string(kResults) + "profiled_";
  folder_.write(profiled + "relu.json",
                relu_file(relu_entry("AAAAAA", 8, "\"latency\": \"1.5 +- 0.25\"")));
  folder_.write(profiled + "warp-drive.json", R"({"warp-drive": {}})");
  const Outcome unknown = run({"export", "--all", "-w", "ws"});
  EXPECT_EQ(unknown.code, 0) << unknown.err;
  EXPECT_THAT(unknown.err, HasSubstr("no kernel 'warp-drive' in the catalogue"));
  EXPECT_EQ(lines(unknown.out), 2u);
  EXPECT_EQ(run({"export", "warp-drive", "-w", "ws"}).code, 2) << "it was asked for by name";

  folder_.write(profiled + "bn.json", "[1, 2]");
  const Outcome broken = run({"export", "--all", "-w", "ws", "-o", "all.csv"});
  EXPECT_EQ(broken.code, 1);
  EXPECT_THAT(broken.err, HasSubstr("the file is a JSON array; expected"));
  EXPECT_EQ(lines(folder_.read("all.csv")), 2u) << "nothing of what was measured is lost";
}

TEST_F(KernelWorkspace, NothingMeasuredIsAnError) {
  settings(1, 1);
  EXPECT_THAT(run({"export", "--all", "-w", "ws"}).err, HasSubstr("the workspace has no kernels"));
  folder_.write(std::string(kResults) + "relu_prior.json", relu_file(relu_entry("AAAAAA", 8, "")));
  const Outcome outcome = run({"export", "--all", "-w", "ws", "-o", "all.csv"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("nothing was measured yet"));
  EXPECT_FALSE(folder_.has("all.csv"));
  EXPECT_THAT(build("fake:fail=*").err, HasSubstr("nothing could be measured"));
}

}  // namespace
}  // namespace tacho::testing
