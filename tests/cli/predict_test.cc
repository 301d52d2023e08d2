// tacho predict MODEL: what it prints, in every format.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/run_tacho.h"
#include "cli/test_files.h"
#include "graph_ir/testing.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Predict : public ::testing::Test {
 protected:
  Predict() { write_small_project(folder_); }

  Outcome run(std::vector<std::string> args) const {
    args.insert(args.begin(), {"predict", "--checkpoint", "checkpoint.safetensors"});
    return run_tacho(folder_, args);
  }
  nlohmann::json json(std::vector<std::string> args) const {
    args.push_back("--json");
    const Outcome outcome = run(args);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out);
  }

  TempFolder folder_;
};

TEST_F(Predict, PrintsOneRowPerPlatformInTheCheckpointsOrder) {
  const Outcome outcome = run({"model.onnx"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "");
  expect_golden("predict.txt", outcome.out);
}

TEST_F(Predict, PrintsCsvAndMarkdown) {
  expect_golden("predict.csv", run({"model.onnx", "--csv"}).out);
  expect_golden("predict.md", run({"model.onnx", "--md"}).out);
}

TEST_F(Predict, LatencyIsTheSumOverKernels) {
  const nlohmann::json predictions = json({"model.onnx"})["models"][0]["predictions"];
  EXPECT_EQ(predictions[1]["platform"], "cpu-launches");
  EXPECT_NEAR(predictions[1]["latency_ms"].get<double>(), 4.0, 1e-5);  // two kernels, 2 ms each
  EXPECT_NEAR(predictions[1]["lower_ms"].get<double>(), 2.0, 1e-5);
  EXPECT_NEAR(predictions[1]["upper_ms"].get<double>(), 8.0, 1e-5);
  EXPECT_NEAR(predictions[0]["latency_ms"].get<double>(), (768 + 1024 + 1024 + 16) * 1e-6, 1e-8);
}

TEST_F(Predict, BatchScalesWhatIsMovedButNotTheLaunches) {
  const nlohmann::json item = json({"model.onnx", "--batch", "10"})["models"][0];
  EXPECT_EQ(item["batch"], 10);
  EXPECT_NEAR(item["predictions"][0]["latency_ms"].get<double>(), 2832e-5, 1e-7);
  EXPECT_NEAR(item["predictions"][1]["latency_ms"].get<double>(), 4.0, 1e-5);
  EXPECT_NEAR(item["predictions"][1]["throughput_per_s"].get<double>(), 2500, 1e-2);
}

TEST_F(Predict, ShapeOfAnInputCanBeGiven) {
  const nlohmann::json item = json({"--shape", "x:2x3x4x4", "model.onnx"})["models"][0];
  EXPECT_EQ(item["batch"], 2);
  // conv-relu 2×3×4×4 → 2×4×4×4, pool → 2×4.
  EXPECT_NEAR(item["predictions"][0]["latency_ms"].get<double>(), (384 + 512 + 512 + 32) * 1e-6,
              1e-8);
}

TEST_F(Predict, JsonHasVersionContextAndSource) {
  const nlohmann::json document = json({"model.onnx"});
  EXPECT_EQ(document["schema_version"], 1);
  EXPECT_EQ(document["context"]["tool"], "tacho");
  EXPECT_EQ(document["context"]["checkpoint"], "checkpoint.safetensors");
  EXPECT_THAT(document["context"]["source"].get<std::string>(), HasSubstr("gnn"));
}

TEST_F(Predict, PlatformsByNameAndByPattern) {
  EXPECT_EQ(json({"model.onnx", "-p", "cpu-launches"})["models"][0]["predictions"].size(), 1u);
  EXPECT_EQ(
      json({"model.onnx", "-p", "gpu-*", "-p", "*launches"})["models"][0]["predictions"].size(),
      2u);
}

TEST_F(Predict, SaysWhereItExtrapolates) {
  const nlohmann::json predictions =
      json({"model.onnx", "--batch", "8"})["models"][0]["predictions"];
  EXPECT_EQ(predictions[0]["extrapolated"], "");     // measured at batch 1 to 8
  EXPECT_EQ(predictions[1]["extrapolated"], "yes");  // measured at batch 1 only
  EXPECT_EQ(predictions[0]["measured_at_batch"], "1-8");
  EXPECT_THAT(run({"model.onnx", "--batch", "8"}).out, HasSubstr("extrapolated: the platform"));
  EXPECT_THAT(run({"model.onnx"}).out, Not(HasSubstr("extrapolated: the platform")));
}

TEST_F(Predict, MeasuredOnlyLeavesOutWhatWouldBeExtrapolated) {
  const nlohmann::json item = json({"model.onnx", "--batch", "8", "--measured-only"})["models"][0];
  ASSERT_EQ(item["predictions"].size(), 1u);
  EXPECT_EQ(item["predictions"][0]["platform"], "gpu-bytes");
  EXPECT_EQ(json({"model.onnx", "--measured-only"})["models"][0]["predictions"].size(), 2u);
  const Outcome none = run({"model.onnx", "--batch", "9", "--measured-only"});
  EXPECT_EQ(none.code, 1);
  EXPECT_THAT(none.err, HasSubstr("batch 9"));
}

TEST_F(Predict, WrongPlatformNamesTheNearest) {
  const Outcome outcome = run({"model.onnx", "--platform", "cpu-lunches"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'cpu-launches'?"));
}

TEST_F(Predict, SaysOnceWhatTrainingNeverSaw) {
  folder_.write("soft.onnx",
                model_bytes("soft (float[1,4] x) => (float[1,4] y) { y = Softmax(x) }"));
  const std::string notice = "1 kernel of family 'softmax', which training never saw";
  const std::string err = run({"soft.onnx"}).err;
  EXPECT_THAT(err, HasSubstr("soft.onnx: " + notice));
  EXPECT_EQ(err.find(notice), err.rfind(notice)) << "two platforms, one notice";
  const auto answer = json({"soft.onnx"});
  for (const auto& prediction : answer["models"][0]["predictions"]) {
    EXPECT_EQ(prediction["notices"][0], notice);
  }
  EXPECT_FALSE(json({"model.onnx"})["models"][0]["predictions"][0].contains("notices"));
}

TEST_F(Predict, ExplainSplitsThePredictionExactly) {
  expect_golden("predict_explain.txt", run({"model.onnx", "--explain", "-p", "cpu-launches"}).out);
  const nlohmann::json kernels =
      json({"model.onnx", "--explain"})["models"][0]["predictions"][0]["kernels"];
  ASSERT_EQ(kernels.size(), 2u);
  EXPECT_EQ(kernels[0]["kernel"], "conv-relu");
  EXPECT_NEAR(kernels[0]["latency_ms"].get<double>(), (768 + 1024) * 1e-6, 1e-8);
  EXPECT_NEAR(kernels[0]["share_percent"].get<double>() + kernels[1]["share_percent"].get<double>(),
              100, 1e-3);
}

TEST_F(Predict, ExplainSumsUpWhatIsBelowTheTop) {
  const Outcome outcome = run({"model.onnx", "--explain", "--top", "1"});
  EXPECT_THAT(outcome.out, HasSubstr("1 others"));
}

TEST_F(Predict, FoldersAreSearchedRecursivelyAndPatternsExpanded) {
  folder_.write("zoo/deep/b.onnx", small_model());
  folder_.write("zoo/a.onnx", small_model());
  folder_.write("zoo/readme.txt", "not a model");
  const nlohmann::json found = json({"zoo"})["models"];
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0]["model"], "zoo/a.onnx");
  EXPECT_EQ(found[1]["model"], "zoo/deep/b.onnx");
  EXPECT_EQ(json({"zoo/*.onnx"})["models"].size(), 1u);
}

TEST_F(Predict, DashReadsStandardInput) {
  Invocation invocation;
  invocation.args = {"predict", "-", "--csv", "-c", "checkpoint.safetensors"};
  invocation.input = small_model();
  const Outcome outcome = run_tacho(folder_, invocation);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("<stdin>,1,cpu-launches,4,2,8,250,1,\n"));
}

TEST_F(Predict, FaultyModelDoesNotStopTheOthers) {
  folder_.write("empty.onnx", "");
  const Outcome outcome = run({"empty.onnx", "model.onnx", "--csv"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("model.onnx,1,cpu-launches"));
  EXPECT_THAT(outcome.err, HasSubstr("empty.onnx"));
}

TEST_F(Predict, SaysWhichOperatorsWereCostedByTheirBytes) {
  folder_.write("odd.onnx", unknown_operator_model(true));
  const Outcome text = run({"odd.onnx"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("costed by their bytes alone: com.acme.Frobnicate ×1"));
  EXPECT_EQ(json({"odd.onnx"})["models"][0]["unknown_operators"][0]["operator"],
            "com.acme.Frobnicate");
  EXPECT_THAT(run({"model.onnx"}).out, Not(HasSubstr("bytes alone")));
}

TEST_F(Predict, CheckpointComesFromTheEnvironmentToo) {
  Invocation invocation;
  invocation.args = {"predict", "model.onnx"};
  invocation.environment = {{"TACHO_CHECKPOINT", "checkpoint.safetensors"}};
  EXPECT_EQ(run_tacho(folder_, invocation).code, 0);
}

TEST_F(Predict, MissingOrForeignCheckpointIsNamed) {
  const Outcome missing =
      run_tacho(folder_, {"predict", "model.onnx", "-c", "nowhere.safetensors"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, HasSubstr("nowhere.safetensors"));
  const Outcome foreign = run_tacho(folder_, {"predict", "model.onnx", "-c", "model.onnx"});
  EXPECT_EQ(foreign.code, 1);
  EXPECT_THAT(foreign.err, HasSubstr("model.onnx"));
}

}  // namespace
}  // namespace tacho::testing
