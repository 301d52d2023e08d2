// tacho finetune: own labels → an adapted checkpoint → predictions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
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

TEST_F(Finetune, RefusesALatencyThatNoNetworkHas) {
  const std::string before = folder_.read("checkpoint.safetensors");
  for (const char* latency : {"1e300", "1e-300", "2.6e9", "9e-7"}) {
    const std::string rows = labels(1) + "model.onnx,2,my-npu," + latency + "\n";
    expect_refused(run(rows), 1, "labels.csv:3: a latency of ");
    const Outcome over =
        run_tacho(folder_, {"finetune", "-c", "checkpoint.safetensors", "-l", "labels.csv", "-p",
                            "my-npu", "-o", "checkpoint.safetensors"});
    EXPECT_EQ(over.code, 1);
    EXPECT_EQ(folder_.read("checkpoint.safetensors"), before);
  }
}

TEST_F(Finetune, DoesNotRefuseALatencyOfAnotherPlatform) {
  EXPECT_EQ(run(labels(2) + "model.onnx,3,other,1e300\n").code, 0);
}

TEST_F(Finetune, DoesNotAdaptToRowsForTestingUnlessAsked) {
  const std::string rows =
      "graph,batch,platform,latency_ms,stage\nmodel.onnx,1,my-npu,2,train\n"
      "model.onnx,2,my-npu,2,val\nmodel.onnx,3,my-npu,2,\nmodel.onnx,4,my-npu,900,test\n";
  const Outcome usual = run(rows, {"--json"});
  ASSERT_EQ(usual.code, 0) << usual.err;
  EXPECT_EQ(nlohmann::json::parse(usual.out)["samples"], 3);
  EXPECT_EQ(usual.err, "tacho: note: labels.csv: 1 row of stage 'test' left out\n");
  const Outcome asked = run(rows, {"--json", "--stage", "test"});
  ASSERT_EQ(asked.code, 0) << asked.err;
  EXPECT_EQ(nlohmann::json::parse(asked.out)["samples"], 1);
}

TEST_F(Finetune, RefusesRowsForTestingOnly) {
  expect_refused(run("graph,batch,platform,latency_ms,stage\nmodel.onnx,1,my-npu,2,test\n"), 2,
                 "are of stage 'test'; --stage test adapts to them");
}

TEST_F(Finetune, AnIdStandsForItsPlatform) {
  const Outcome outcome = run(std::string(kHeader) + "model.onnx,1,gpu-T4-trt7.1-fp32,2\n",
                              {"--platform", "3", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["platform"], "gpu-T4-trt7.1-fp32");
}

TEST_F(Finetune, RefusesANameThatPredictCannotChoose) {
  for (const char* name : {"a,b", "b*", "a?", "[a]", "7", ""}) {
    expect_refused(run(labels(2), {"--as", name}), 2, "cannot be a platform's name");
  }
  EXPECT_EQ(run(labels(2), {"--as", "Pixel 3 (CPU)"}).code, 0);
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
  expect_refused(run(labels(3), {"--samples", "0"}), 2, "not in range 1 to 10000000");
  expect_refused(
      run_tacho(folder_, {"finetune", "--suggest", "2", "--graphs", ".", "--batch", "0"}), 2,
      "not in range 1 to 65536");
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

TEST_F(Finetune, DoesNotPutACheckpointInPlaceOfWhatIsNoFile) {
  std::filesystem::create_directory(folder_.path("folder"));
  folder_.write("labels.csv", labels(2));
  expect_refused(run_tacho(folder_, {"finetune", "-c", "checkpoint.safetensors", "-l", "labels.csv",
                                     "-p", "my-npu", "-o", "folder"}),
                 1, "not a regular file");
}

/// With programs beside it that say what they were called with instead of training.
class FinetuneFull : public Finetune {
 protected:
  FinetuneFull() {
    namespace fs = std::filesystem;
    fs::copy_file(TACHO_PROGRAM, folder_.path("bin_tacho"));
    script("tacho-dataset", "echo imported; cp \"$2\" imported.csv; cp -rL \"$6\" imported");
    script("tacho-train",
           "echo trained; cp checkpoint.safetensors \"${1%config.json}tuned.safetensors\"");
  }
  void script(const std::string& name, const std::string& text) {
    folder_.write(name, "#!/bin/sh\n" + text + "\n");
    std::filesystem::permissions(folder_.path(name), std::filesystem::perms::owner_all);
  }
  Outcome full(const std::string& labels, std::vector<std::string> more = {}) {
    more.push_back("--full");
    return beside_programs(labels, more);
  }
  Outcome beside_programs(const std::string& labels, const std::vector<std::string>& more = {}) {
    folder_.write("rows/labels.csv", labels);
    Invocation invocation;
    invocation.program = folder_.path("bin_tacho");
    invocation.args = {"finetune", "-c",    "checkpoint.safetensors", "-l", "rows/labels.csv",
                       "-p",       "my-npu"};
    if (std::find(more.begin(), more.end(), "-o") == more.end()) {
      invocation.args.insert(invocation.args.end(), {"-o", "mine.safetensors"});
    }
    invocation.args.insert(invocation.args.end(), more.begin(), more.end());
    return run_tacho(folder_, invocation);
  }
};

TEST_F(FinetuneFull, FindsGraphsBesideTheLabelsAndSaysSoInJson) {
  folder_.write("rows/beside.onnx", small_model());
  const Outcome outcome = full(labels(1) + "beside.onnx,1,my-npu,3\n", {"--as", "mine", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const nlohmann::json json = nlohmann::json::parse(outcome.out);  // and nothing of the programs'
  EXPECT_EQ(json["method"], "all weights");
  EXPECT_EQ(json["samples"], 2);
  EXPECT_EQ(json["output"], "mine.safetensors");
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("imported"), HasSubstr("trained")));
  EXPECT_THAT(folder_.read("imported.csv"),
              AllOf(HasSubstr("1/beside.onnx,1,mine,3"), HasSubstr("2/model.onnx,1,mine,2")));
  EXPECT_EQ(folder_.read("imported/1/beside.onnx"), small_model());
  EXPECT_TRUE(folder_.has("imported/2/model.onnx"));
  EXPECT_TRUE(folder_.has("mine.safetensors"));
}

TEST_F(FinetuneFull, MissingGraphsAreNamedByTheLabelsFileAndSkippedIfAsked) {
  const std::string some = labels(2) + "lost.onnx,1,my-npu,2\n";
  expect_refused(full(some), 1, "1 of 3 graphs cannot be used: rows/labels.csv:4: lost.onnx");
  EXPECT_FALSE(folder_.has("imported.csv"));
  const Outcome skipping = full(some, {"--skip-missing"});
  EXPECT_EQ(skipping.code, 0) << skipping.err;
  EXPECT_THAT(folder_.read("imported.csv"), Not(HasSubstr("lost")));
}

TEST_F(FinetuneFull, DoesNotTrainForAnOutputThatCannotBeWritten) {
  expect_refused(full(labels(2), {"-o", "nowhere/mine.safetensors"}), 1,
                 "nowhere/mine.safetensors");
  EXPECT_FALSE(folder_.has("imported.csv"));
}

TEST_F(FinetuneFull, AFailedTrainingWritesNothing) {
  script("tacho-train", "exit 7");
  expect_refused(full(labels(2)), 7, "will know platform 'my-npu' only");
}

/// Trainings make a checkpoint by which every model takes my-npu 2 ms. Labels are of six models of
/// one kind.
class FinetuneChoice : public FinetuneFull {
 protected:
  FinetuneChoice() {
    run(labels(6));
    std::filesystem::rename(folder_.path("mine.safetensors"), folder_.path("made.safetensors"));
    script("tacho-train", "cp made.safetensors \"${1%config.json}tuned.safetensors\"");
    for (const char name : kModels) {
      folder_.write(std::string("rows/") + name + ".onnx", small_model());
    }
  }
  /// 2 ms each, but every fourth row `slow_ms`.
  static std::string of_six_models(int rows, const std::string& slow_ms = "2") {
    std::string text = kHeader;
    for (int i = 0; i < rows; ++i) {
      text += std::string(1, kModels[static_cast<size_t>(i) % 6]) + ".onnx," +
              std::to_string(1 + i / 6) + ",my-npu," + (i % 4 == 3 ? slow_ms : "2") + "\n";
    }
    return text;
  }
  static constexpr std::string_view kModels = "abcdef";
};

TEST_F(FinetuneChoice, TakesWhatIsNearerToModelsLeftOut) {
  const Outcome outcome = beside_programs(of_six_models(60, "8"), {"--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const nlohmann::json json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["method"], "all weights");
  const nlohmann::json& tried = json["left_out_of_both"];
  EXPECT_EQ(tried["samples"], 60);
  EXPECT_EQ(tried["folds"], 3);
  EXPECT_NEAR(tried["all_weights_mape_percent"].get<double>(), 75.0 / 4, 1);
  EXPECT_GT(tried["few_shot_mape_percent"].get<double>(), 20);
  EXPECT_THAT(json["why"].get<std::string>(), HasSubstr("on models left out"));
}

TEST_F(FinetuneChoice, LeavesOutAModelWithAllItsBatches) {
  script("tacho-dataset",
         "cut -d/ -f2 \"$2\" | cut -d. -f1 | sort -u | tr -d '\\n' >> seen; echo >> seen");
  EXPECT_EQ(beside_programs(of_six_models(60)).code, 0);
  EXPECT_THAT(folder_.read("seen"),
              ::testing::AllOf(HasSubstr("bcef"), HasSubstr("acdf"), HasSubstr("abde")));
}

TEST_F(FinetuneChoice, KeepsTheKnownPlatformsWhereBothAreAsNear) {
  const Outcome outcome = beside_programs(of_six_models(60));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("few-shot from 60 samples: off"));
  const Outcome listed = run_tacho(folder_, {"platforms", "-c", "mine.safetensors"});
  EXPECT_THAT(listed.out, AllOf(HasSubstr("my-npu (adapted)"), HasSubstr("cpu-launches")));
}

TEST_F(FinetuneChoice, TriesNothingBelowFiftySamples) {
  const Outcome outcome = beside_programs(of_six_models(49, "8"));
  EXPECT_THAT(outcome.out, HasSubstr("fewer than 50"));
  EXPECT_FALSE(folder_.has("imported.csv"));
}

TEST_F(FinetuneChoice, TriesNothingWhereAllIsOneModel) {
  const Outcome outcome = beside_programs(labels(60));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("all of one model"));
  EXPECT_FALSE(folder_.has("imported.csv"));
}

TEST_F(FinetuneChoice, AFailedTrialLeavesTheOtherWay) {
  script("tacho-train", "exit 7");
  const Outcome outcome = beside_programs(of_six_models(60, "8"));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("training on a part of the samples failed"));
  EXPECT_THAT(outcome.out, HasSubstr("all weights could not be tried"));
  EXPECT_TRUE(folder_.has("mine.safetensors"));
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
