// tacho evaluate and tacho platforms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/run_tacho.h"
#include "cli/test_files.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;

class Evaluate : public ::testing::Test {
 protected:
  Evaluate() { write_small_project(folder_); }
  Outcome run(const std::string& labels, std::vector<std::string> args = {}) const {
    folder_.write("labels.csv", labels);
    args.insert(args.begin(),
                {"evaluate", "-c", "checkpoint.safetensors", "--labels", "labels.csv"});
    return run_tacho(folder_, args);
  }
  TempFolder folder_;
};

// Predicted: 4 ms on cpu-launches, 0.002832 ms · batch on gpu-bytes.
constexpr const char* kLabels =
    "graph,batch,platform,latency_ms,stage\n"
    "model.onnx,1,cpu-launches,5,test\n"
    "model.onnx,2,cpu-launches,4,test\n"
    "model.onnx,1,gpu-bytes,0.002832,test\n"
    "model.onnx,2,gpu-bytes,0.0059472,test\n"
    "model.onnx,1,gpu-bytes,99,train\n";

TEST_F(Evaluate, FiguresByHand) {
  const Outcome outcome = run(kLabels, {"--stage", "test", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const nlohmann::json json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["platforms"][0]["platform"], "gpu-bytes");
  EXPECT_NEAR(json["platforms"][0]["mape_percent"].get<double>(), 100 * 0.05 / 1.05 / 2, 1e-3);
  EXPECT_NEAR(json["platforms"][1]["mape_percent"].get<double>(), 10, 1e-3);
  EXPECT_EQ(json["platforms"][1]["within_5_percent"], 50);
  EXPECT_NEAR(json["mean_over_platforms"]["mape_percent"].get<double>(), (10 + 5 / 1.05 / 2) / 2,
              1e-3);
  EXPECT_EQ(json["all_rows"]["count"], 4);
  EXPECT_EQ(json["rows_left_out"], 0);
}

TEST_F(Evaluate, Table) {
  const Outcome outcome = run(kLabels, {"--stage", "test"});
  EXPECT_EQ(outcome.err, "");
  expect_golden("evaluate.txt", outcome.out);
}

TEST_F(Evaluate, FusionRulesChangeThePredictions) {
  folder_.write("rules.json", R"({"schema_version": 1, "kind": "fusion_rules", "platform": "x",
    "pairs": [{"root": "Conv", "reader": "Relu", "fused": false}]})");
  const Outcome outcome = run(
      "graph,batch,platform,latency_ms\nmodel.onnx,1,cpu-launches,6\nmodel.onnx,2,cpu-launches,\n",
      {"--fusion-rules", "rules.json", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  // Three kernels of 2 ms.
  EXPECT_NEAR(nlohmann::json::parse(outcome.out)["all_rows"]["mape_percent"].get<double>(), 0,
              1e-3);
  EXPECT_THAT(outcome.err, HasSubstr("1 row has no latency and is left out: line 3"));
}

TEST_F(Evaluate, PlotsWhatWasPredictedAndMeasured) {
  const Outcome outcome = run(kLabels, {"--stage", "test", "--plot", "plot.svg"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  expect_golden("evaluate.txt", outcome.out);
  const std::string svg = folder_.read("plot.svg");
  EXPECT_THAT(svg, ::testing::AllOf(HasSubstr("cpu-launches"), HasSubstr("gpu-bytes"),
                                    HasSubstr("measured, ms"), HasSubstr("10 % off")));
}

TEST_F(Evaluate, APlotThatCannotBeWrittenIsAFault) {
  const Outcome outcome = run(kLabels, {"--stage", "test", "--plot", "nowhere/plot.svg"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("nowhere/plot.svg"));
}

TEST_F(Evaluate, TrimLeavesOutBothEnds) {
  std::string labels = "graph,batch,platform,latency_ms\n";
  for (int i = 1; i <= 20; ++i) {  // predicted: 0.002832 ms · batch
    labels += "model.onnx," + std::to_string(i) + ",gpu-bytes," +
              std::to_string(0.002832 * i * (i == 1 || i == 20 ? 2 : 1)) + "\n";
  }
  const auto figures = [&](const std::vector<std::string>& args) {
    const Outcome outcome = run(labels, args);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out)["platforms"][0];
  };
  EXPECT_NEAR(figures({"--json"})["mape_percent"].get<double>(), 5, 0.01);
  const nlohmann::json trimmed = figures({"--json", "--trim", "0.1"});
  EXPECT_EQ(trimmed["count"], 18);
  EXPECT_NEAR(trimmed["mape_percent"].get<double>(), 0, 0.01);
  EXPECT_EQ(run(labels, {"--trim", "2"}).code, 2);
}

TEST_F(Evaluate, GraphThatCannotBeReadIsReportedOnceAndCounted) {
  const Outcome outcome =
      run("platform,model,batch,latency_ms,graph\n"
          "cpu-launches,lost,1,4,lost.onnx\n"
          "gpu-bytes,lost,1,4,lost.onnx\n"
          "cpu-launches,big,1,4,\n"
          "cpu-launches,model,1,4,model.onnx\n");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("tacho: labels.csv:2: lost.onnx: "));
  EXPECT_THAT(outcome.err, HasSubstr("1 rows without a graph left out"));
  EXPECT_THAT(outcome.err, HasSubstr("2 rows left out"));
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 3);
  EXPECT_THAT(outcome.out, HasSubstr("all rows"));
}

TEST_F(Evaluate, PlatformTheCheckpointDoesNotKnowIsAFault) {
  const std::string labels =
      "graph,batch,platform,latency_ms\nmodel.onnx,1,cpu-launches,4\nmodel.onnx,1,npu,4\n";
  const Outcome all = run(labels);
  EXPECT_EQ(all.code, 1);
  EXPECT_THAT(all.err, HasSubstr("1 rows of platform 'npu'"));
  EXPECT_EQ(run(labels, {"--platform", "cpu-*"}).code, 0);  // the others were not asked for
}

TEST_F(Evaluate, StageNeedsItsColumn) {
  EXPECT_EQ(
      run("graph,batch,platform,latency_ms\nmodel.onnx,1,cpu-launches,4\n", {"--stage", "test"})
          .code,
      2);
}

TEST_F(Evaluate, LatencyThatIsNotPositiveIsNamed) {
  const Outcome outcome = run("graph,batch,platform,latency_ms\nmodel.onnx,1,cpu-launches,0\n");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("labels.csv:2: the latency is not positive"));
}

TEST_F(Evaluate, OtherLayoutsOfLabels) {
  const Outcome outcome =
      run("0 model.onnx 1 5 mine cpu-launches test\n"
          "1 model.onnx 2 4 mine cpu-launches train\n",
          {"--stage", "test", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["all_rows"]["count"], 1);
}

TEST(Platforms, ListsNamesBandsAndFigures) {
  TempFolder folder;
  write_checkpoint_file(folder, "checkpoint.safetensors");
  const Outcome outcome = run_tacho(folder, {"platforms", "-c", "checkpoint.safetensors"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  expect_golden("platforms.txt", outcome.out);
  const Outcome json = run_tacho(folder, {"platforms", "-c", "checkpoint.safetensors", "--json"});
  EXPECT_EQ(nlohmann::json::parse(json.out)["platforms"][0]["val_mape_percent"], 4.25);
}

}  // namespace
}  // namespace tacho::testing
