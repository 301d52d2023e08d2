// tacho finetune: own labels → an adapted checkpoint → predictions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/run_tacho.h"
#include "cli/test_files.h"
#include "graph_ir/testing.h"

namespace tacho::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A chain of `count` softmaxes over `size` floats.
std::string chain(int count, int size) {
  const std::string dims = "[1," + std::to_string(size) + "]";
  std::string text = "chain (float" + dims + " x0) => (float" + dims + " y) {\n";
  for (int i = 0; i < count; ++i) {
    const std::string to = i + 1 == count ? "y" : "x" + std::to_string(i + 1);
    text += "  " + to + " = Softmax(x" + std::to_string(i) + ")\n";
  }
  return model_bytes(text + "}");
}

class Finetune : public ::testing::Test {
 protected:
  Finetune() { write_small_project(folder_); }

  /// Rows of model.onnx at batch 1, 2, …: half of what cpu-launches takes (4 ms).
  static std::string labels(int rows) {
    std::string text = kHeader;
    for (int batch = 1; batch <= rows; ++batch) {
      text += "model.onnx," + std::to_string(batch) + ",my-npu,2\n";
    }
    return text;
  }
  Outcome run(const std::string& labels, std::vector<std::string> more = {}) const {
    folder_.write("labels.csv", labels);
    std::vector<std::string> args = {"finetune",   "-c", "checkpoint.safetensors", "--labels",
                                     "labels.csv", "-o", "mine.safetensors"};
    if (std::find(more.begin(), more.end(), "--platform") == more.end()) {
      args.insert(args.end(), {"--platform", "my-npu"});
    }
    args.insert(args.end(), more.begin(), more.end());
    return run_tacho(folder_, args);
  }
  /// The run fails with `code` and says `why`; no checkpoint is written.
  void expect_refused(const Outcome& outcome, int code, const std::string& why) const {
    EXPECT_EQ(outcome.code, code);
    EXPECT_THAT(outcome.err, HasSubstr(why));
    EXPECT_EQ(outcome.out, "");
    EXPECT_FALSE(folder_.has("mine.safetensors"));
  }

  static constexpr const char* kHeader = "graph,batch,platform,latency_ms\n";
  TempFolder folder_;
};

TEST_F(Finetune, APlatformFromItsLabelsIsPredicted) {
  const Outcome outcome = run(labels(6));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  expect_golden("finetune.txt", outcome.out);
  const Outcome predicted =
      run_tacho(folder_, {"predict", "-c", "mine.safetensors", "model.onnx", "--batch", "3",
                          "--platform", "my-npu", "--explain", "--json"});
  ASSERT_EQ(predicted.code, 0) << predicted.err;
  const nlohmann::json answer = nlohmann::json::parse(predicted.out)["models"][0]["predictions"][0];
  EXPECT_NEAR(answer["latency_ms"].get<double>(), 2, 0.1);
}

TEST_F(Finetune, JsonSaysWhatTheTableSays) {
  const Outcome outcome = run(labels(6), {"--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const nlohmann::json json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_EQ(json["platform"], "my-npu");
  EXPECT_EQ(json["samples"], 6);
  EXPECT_EQ(json["method"], "few-shot");
  EXPECT_EQ(json["left_out"].size(), 2u);
  EXPECT_EQ(json["output"], "mine.safetensors");
}

TEST_F(Finetune, OneSampleIsEnough) {
  const Outcome outcome = run(labels(1));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("1 sample:"), Not(HasSubstr("error from"))));
}

TEST_F(Finetune, TheSameFileMayBeReadAndWritten) {
  ASSERT_EQ(run(labels(3)).code, 0);
  EXPECT_EQ(run(labels(3), {"-c", "mine.safetensors"}).code, 2);  // -c twice
  const Outcome again =
      run_tacho(folder_, {"finetune", "-c", "mine.safetensors", "-l", "labels.csv", "-p", "my-npu",
                          "--as", "second", "-o", "mine.safetensors"});
  ASSERT_EQ(again.code, 0) << again.err;
  const Outcome listed = run_tacho(folder_, {"platforms", "-c", "mine.safetensors"});
  EXPECT_THAT(listed.out, AllOf(HasSubstr("my-npu (adapted)"), HasSubstr("second (adapted)")));
}

TEST_F(Finetune, SamplesAreDrawnBySeed) {
  const auto drawn = [&](const std::string& seed) {
    const Outcome outcome = run(labels(9), {"--samples", "4", "--seed", seed, "--json"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return folder_.read("mine.safetensors");
  };
  const std::string first = drawn("1");
  EXPECT_EQ(drawn("1"), first);
  EXPECT_NE(drawn("2"), first);
}

TEST_F(Finetune, StagesAreKeptApart) {
  const Outcome outcome =
      run("graph,batch,platform,latency_ms,stage\nmodel.onnx,1,my-npu,2,train\n"
          "model.onnx,2,my-npu,900,test\n",
          {"--stage", "train", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["samples"], 1);
}

TEST_F(Finetune, RepeatedMeasurementsBecomeTheirMedianWithANotice) {
  const Outcome outcome = run(labels(3) + "model.onnx,1,my-npu,2.2\n", {"--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("1 rows repeat a graph and batch, up to 10.0 % apart"));
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["samples"], 3);
}

TEST_F(Finetune, RefusesMeasurementsThatContradictEachOther) {
  expect_refused(run(labels(3) + "model.onnx,2,my-npu,3\n"), 1,
                 "labels.csv:5: 3.000 ms contradicts 2.000 ms in line 3 by 50.0 %");
}

TEST_F(Finetune, RefusesALatencyThatIsNoPositiveNumber) {
  for (const char* latency : {"0", "-1", "nan", "inf", "fast"}) {
    expect_refused(
        run(std::string(kHeader) + "model.onnx,1,my-npu,2\nmodel.onnx,2,my-npu," + latency + "\n"),
        1, "labels.csv:3");
  }
}

TEST_F(Finetune, RefusesAPlatformWithoutRowsAndNamesTheNearest) {
  expect_refused(run(labels(3), {"--platform", "my-npo"}), 2,
                 "no row for platform 'my-npo'; did you mean 'my-npu'?");
}

TEST_F(Finetune, RefusesFewerRowsThanAskedFor) {
  expect_refused(run(labels(3), {"--samples", "4"}), 1,
                 "--samples asks for 4 of platform 'my-npu', there are 3");
}

TEST_F(Finetune, RefusesAStageThatIsNotThere) {
  expect_refused(run(labels(3), {"--stage", "train"}), 2, "has no stages");
  expect_refused(run("graph,batch,platform,latency_ms,stage\nmodel.onnx,1,my-npu,2,test\n",
                     {"--stage", "train"}),
                 2, "no row of stage 'train'");
}

TEST_F(Finetune, RefusesMissingGraphsUnlessToldToSkipThem) {
  const std::string some = labels(2) + "lost.onnx,1,my-npu,2\n";
  expect_refused(run(some), 1, "1 of 3 graphs cannot be used: labels.csv:4: lost.onnx");
  const Outcome skipping = run(some, {"--skip-missing"});
  EXPECT_EQ(skipping.code, 0);
  EXPECT_THAT(skipping.err, HasSubstr("note: 1 of 3 graphs cannot be used"));
}

TEST_F(Finetune, AGraphThatIsCutOffFromItsInputIsLeftOut) {
  const std::string cell = ",1,my-npu,";
  const std::string usual =
      "nasbench201:|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|" + cell + "2\n";
  const std::string cut_off = "nasbench201:|none~0|+|none~0|none~1|+|none~0|none~1|none~2|" + cell;
  const Outcome outcome = run(kHeader + usual + cut_off + "0.003\n", {"--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("1 graph whose output does not depend on the input left out"));
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["samples"], 1);
}

TEST_F(Finetune, RefusesWhenNoGraphIsLeft) {
  expect_refused(run(std::string(kHeader) + "lost.onnx,1,my-npu,2\n", {"--skip-missing"}), 1,
                 "1 of 1 graphs cannot be used");
}

TEST_F(Finetune, RefusesTheNameOfATrainedPlatform) {
  const std::string text = std::string(kHeader) + "model.onnx,1,gpu-bytes,2\n";
  expect_refused(run(text, {"--platform", "gpu-bytes"}), 2, "'gpu-bytes' was trained");
  EXPECT_EQ(run(text, {"--platform", "gpu-bytes", "--as", "my-gpu"}).code, 0);
}

TEST_F(Finetune, RefusesOptionsThatDoNotGoTogether) {
  expect_refused(run(labels(3), {"--few-shot", "--full"}), 2, "excludes");
  expect_refused(run(labels(3), {"--batch", "1"}), 2, "--batch goes with --suggest");
  expect_refused(run_tacho(folder_, {"finetune", "--labels", "labels.csv"}), 2,
                 "needs --labels, --platform and --output");
  expect_refused(
      run_tacho(folder_, {"finetune", "--suggest", "2", "--graphs", ".", "--labels", "labels.csv"}),
      2, "--labels has no effect with --suggest");
  expect_refused(run_tacho(folder_, {"finetune", "--suggest", "2"}), 2, "needs --graphs");
}

TEST_F(Finetune, AnOutputThatCannotBeWrittenLeavesNothing) {
  folder_.write("labels.csv", labels(2));
  expect_refused(run_tacho(folder_, {"finetune", "-c", "checkpoint.safetensors", "-l", "labels.csv",
                                     "-p", "my-npu", "-o", "nowhere/mine.safetensors"}),
                 1, "nowhere/mine.safetensors");
}

class Suggest : public Finetune {
 protected:
  Suggest() {
    folder_.write("graphs/tiny.onnx", chain(2, 16));
    folder_.write("graphs/tiny2.onnx", chain(2, 16));
    folder_.write("graphs/sub/large.onnx", chain(40, 4096));
    folder_.write("graphs/conv.onnx", small_model());
  }
  Outcome suggest(std::vector<std::string> more) const {
    more.insert(more.begin(), {"finetune", "-c", "checkpoint.safetensors", "--suggest"});
    return run_tacho(folder_, more);
  }
};

TEST_F(Suggest, TakesWhatDiffers) {
  const Outcome outcome = suggest({"3", "--graphs", "graphs", "--csv"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("graph,batch\n"), HasSubstr("conv.onnx,1\n"),
                                 HasSubstr("sub/large.onnx,1\n"), HasSubstr("tiny")));
}

TEST_F(Suggest, AListMayNameFilesAndReferences) {
  folder_.write("list.txt",
                "# cells\nnasbench201:|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|\n"
                "graphs/conv.onnx\n");
  const Outcome outcome = suggest({"2", "--graphs", "list.txt", "--batch", "4", "--csv"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("nasbench201:"), HasSubstr("graphs/conv.onnx,4\n")));
}

TEST_F(Suggest, RefusesMoreThanThereAre) {
  expect_refused(suggest({"9", "--graphs", "graphs"}), 1,
                 "--suggest asks for 9 models, 4 can be used");
}

}  // namespace
}  // namespace tacho::testing
