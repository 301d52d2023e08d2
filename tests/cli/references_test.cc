// References where verbs take models.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/run_tacho.h"
#include "cli/test_files.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kCell =
    "nasbench201:|none~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|";

class References : public ::testing::Test {
 protected:
  References() { write_small_project(folder_); }
  Outcome run(const std::vector<std::string>& args) const { return run_tacho(folder_, args); }
  TempFolder folder_;
};

TEST_F(References, AreShownAndPredictedLikeFiles) {
  const Outcome shown = run({"show", "family:resnet:1", "model.onnx", "--batch", "2", "--csv"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("\nfamily:resnet:1,"));
  EXPECT_THAT(shown.out, HasSubstr("\nmodel.onnx,"));
  const Outcome predicted = run({"predict", "-c", "checkpoint.safetensors", kCell, "--csv"});
  EXPECT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_THAT(predicted.out, HasSubstr("\n" + kCell + ","));
}

TEST_F(References, InRequestsAreNeverLookedUpAsFiles) {
  folder_.write("graphs/family:alexnet:0", "not an ONNX file");
  folder_.write("requests.csv", "graph,batch,platform\nfamily:alexnet:0,4,cpu-launches\n" + kCell +
                                    ",1,cpu-launches\n");
  const Outcome outcome = run({"predict", "-c", "checkpoint.safetensors", "--requests",
                               "requests.csv", "--graphs", "graphs"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  // 2 ms per kernel. AlexNet: five convolutions, three poolings, three fully connected layers, with
  // what follows them.
  EXPECT_THAT(outcome.out, HasSubstr("\nfamily:alexnet:0,4,cpu-launches,22,"));
  EXPECT_THAT(outcome.out, HasSubstr("\n" + kCell + ",1,cpu-launches,"));
}

TEST_F(References, AreEvaluatedOn) {
  folder_.write("labels.csv",
                "graph,batch,platform,latency_ms\nfamily:alexnet:0,1,cpu-launches,22\n");
  const Outcome outcome = run({"evaluate", "-c", "checkpoint.safetensors", "--labels", "labels.csv",
                               "--platform", "cpu-launches", "--csv"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr(",100,100,"));
}

TEST_F(References, AreMeasuredUnderTheirOwnName) {
  const Outcome outcome =
      run({"measure", kCell, "family:vgg:1", "family:vit:1", "--backend", "fake", "--min-seconds",
           "0", "-o", "labels.csv", "--graphs", "graphs", "--batch", "2"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(folder_.read("labels.csv"), HasSubstr("\n" + kCell + ",2,"));
  EXPECT_EQ(run({"linear", "fit", "--labels", "labels.csv", "-o", "linear.json"}).code, 0);
  EXPECT_EQ(run({"linear", "predict", kCell, "--model", "linear.json"}).code, 0);
}

TEST_F(References, ThatAreWrongAreNamedOnOneLine) {
  const Outcome outcome = run({"show", "family:resnext:1"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err, "tacho: family:resnext:1: no family 'resnext'; did you mean 'resnet'?\n");
}

TEST_F(References, InAMarkdownTableDoNotBreakTheTable) {
  const Outcome outcome =
      run({"measure", kCell, "--backend", "fake", "--min-seconds", "0", "--md"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\\|none~0\\|+"));
}

}  // namespace
}  // namespace tacho::testing
