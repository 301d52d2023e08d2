// tacho kernel train, evaluate, predict, list, register, unregister: predictors from data, and
// kernels of the user's own.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "cli/run_tacho.h"
#include "cli/test_files.h"

namespace tacho::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Fully connected layers on "cpu": 2 µs a thousand multiply-accumulates, and 0.01 ms.
std::string layers(int count) {
  std::string text = "kernel,platform,latency_ms\n";
  for (int i = 0; i < count; ++i) {
    const int cin = 64 + 37 * (i % 29), cout = 32 + 53 * (i % 31);
    text += "\"fc:cin=" + std::to_string(cin) + ",cout=" + std::to_string(cout) + "\",cpu," +
            std::to_string(0.01 + 2e-6 * cin * cout) + "\n";
  }
  return text;
}

class KernelData : public ::testing::Test {
 protected:
  Outcome run(const std::vector<std::string>& args) const {
    std::vector<std::string> all{"kernel"};
    all.insert(all.end(), args.begin(), args.end());
    return run_tacho(folder_, {all, "", {{"XDG_CONFIG_HOME", folder_.path("config")}}, ""});
  }
  Outcome train(const std::string& text, std::vector<std::string> more = {}) const {
    folder_.write("data.csv", text);
    std::vector<std::string> args{"train",    "data.csv", "-o", "p.safetensors", "--method",
                                  "boosting", "--trees",  "40", "--members",     "1"};
    args.insert(args.end(), more.begin(), more.end());
    return run(args);
  }
  double predicted_ms(const std::string& config) const {
    const Outcome outcome = run({"predict", config, "--predictor", "p.safetensors", "--json"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out)["predictions"][0]["latency_ms"];
  }
  TempFolder folder_;
};

TEST_F(KernelData, TrainPrintsFiguresOfUnseenConfigurationsAndEvaluateFindsThem) {
  const Outcome trained = train(layers(300), {"--hold-out", "--json"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  const auto figures = nlohmann::json::parse(trained.out)["figures"][0];
  EXPECT_EQ(figures["kernel"], "fc");
  EXPECT_LT(figures["mean_error_percent"], 10);
  const Outcome evaluated =
      run({"evaluate", "data.csv", "--predictor", "p.safetensors", "--split", "test", "--json"});
  ASSERT_EQ(evaluated.code, 0) << evaluated.err;
  const auto accuracy = nlohmann::json::parse(evaluated.out)["accuracy"][0];
  EXPECT_EQ(accuracy["rows"], figures["rows"]);
  EXPECT_NEAR(accuracy["mean_error_percent"].get<double>(),
              figures["mean_error_percent"].get<double>(), 1e-3);
}

TEST_F(KernelData, EvaluateSaysWhenItIsFlattered) {
  ASSERT_EQ(train(layers(100)).code, 0);
  EXPECT_THAT(run({"evaluate", "data.csv", "--predictor", "p.safetensors"}).err,
              HasSubstr("was trained on these rows too"));
  EXPECT_THAT(run({"evaluate", "data.csv", "--predictor", "p.safetensors", "--split", "tset"}).err,
              HasSubstr("did you mean 'test'?"));
}

TEST_F(KernelData, AConstantIsPredictedAsThatAndSaid) {
  const Outcome trained = train(
      "kernel,platform,latency_ms\n\"fc:cin=8,cout=8\",cpu,3\n\"fc:cin=80,cout=800\",cpu,3\n");
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.err, HasSubstr("fc: all latencies on cpu are the same, 3.000 ms; that is "
                                     "the answer for every configuration there"));
  EXPECT_EQ(predicted_ms("fc:cin=2048,cout=2048"), 3);
}

TEST_F(KernelData, OneSampleIsTrainedOnAndSaid) {
  const Outcome trained = train("kernel,platform,latency_ms\n\"fc:cin=8,cout=8\",cpu,3\n");
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.err, HasSubstr("fc: 1 measurement is too few to split"));
  EXPECT_NEAR(predicted_ms("fc:cin=8,cout=8"), 3, 1e-3);
  EXPECT_EQ(trained.out, "");
}

TEST_F(KernelData, BadTablesAreOneLineAndNothingIsWritten) {
  const auto complaint = [&](const std::string& text) {
    const Outcome outcome = train(text);
    EXPECT_NE(outcome.code, 0);
    EXPECT_FALSE(folder_.has("p.safetensors"));
    return outcome.err;
  };
  EXPECT_THAT(complaint(""), HasSubstr("data.csv"));
  EXPECT_THAT(complaint("kernel,platform,latency_ms\n"), HasSubstr("the table is empty"));
  EXPECT_THAT(complaint("kernel,platform,latency_ms\n\"fc:cin=8,cout=8\",cpu,nan\n"),
              HasSubstr("no usable row; the first: data.csv:2"));
  EXPECT_THAT(complaint("kernel,platform,latency_ms\n\"fcc:cin=8,cout=8\",cpu,1\n"),
              HasSubstr("did you mean 'fc'?"));
  EXPECT_THAT(complaint("kernel,platform,latency_ms\n\"fc:cin=8\",cpu,1\n"), HasSubstr("cout"));
  EXPECT_THAT(complaint("device,latency_ms,b,h\nt4,1,2,3\n"), HasSubstr("--kernel"));
  EXPECT_THAT(complaint("device,ms\nt4,1\n"), HasSubstr("no column latency_ms"));
}

TEST_F(KernelData, FailedRowsAreCountedAndTheOthersTrainedOn) {
  const Outcome trained = train(layers(30) + "\"fc:cin=8,cout=9\",cpu,\n\"fc:cin=8\",cpu,1\n");
  EXPECT_EQ(trained.code, 0);
  EXPECT_THAT(trained.err, HasSubstr("left out: data.csv:32: latency_ms is not positive"));
  EXPECT_THAT(trained.err, HasSubstr("2 of 32 rows left out"));
}

TEST_F(KernelData, NnMetersProfilesAreReadAndOtherJsonIsNot) {
  folder_.write("profiled_relu.json", R"({"relu": {
    "AAAAAA": {"config": {"HW": 14, "CIN": 8}, "latency": "1.5 +- 0.25"},
    "BBBBBB": {"config": {"HW": 14, "CIN": 9}}}})");
  const auto train_on = [&](const std::string& file) {
    return run({"train", file, "--measured-on", "phone", "-o", "p.safetensors"});
  };
  const Outcome trained = train_on("profiled_relu.json");
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.err, HasSubstr("relu BBBBBB: no latency"));
  EXPECT_NEAR(predicted_ms("relu:hw=14,cin=8"), 1.5, 1e-3);
  folder_.write("profiled_list.json", "[1]");
  EXPECT_THAT(train_on("profiled_list.json").err, HasSubstr("the file is a JSON array"));
  folder_.write("profiled_cut.json", "{\"relu\": {\n");
  EXPECT_THAT(train_on("profiled_cut.json").err, HasSubstr("line 2: not JSON"));
  folder_.write("profiled_warp.json", R"({"warp": {"AAAAAA": {"latency": "1"}}})");
  EXPECT_THAT(train_on("profiled_warp.json").err, HasSubstr("no kernel 'warp'"));
}

TEST_F(KernelData, PredictSaysWhatItDoesNotKnow) {
  ASSERT_EQ(train(layers(30)).code, 0);
  const auto predict = [&](const std::string& config, const std::string& platform) {
    return run({"predict", config, "--platform", platform, "--predictor", "p.safetensors"});
  };
  EXPECT_THAT(predict("cf:cin=8,cout=8", "cpu").err, HasSubstr("did you mean 'fc'?"));
  EXPECT_THAT(predict("fc:cin=8", "cpu").err, HasSubstr("cout"));
  EXPECT_THAT(predict("fc:cin=8,cout=-1", "cpu").err, HasSubstr("cout"));
  EXPECT_THAT(predict("relu:hw=8,cin=8", "cpu").err, HasSubstr("no predictor for relu; trained"));
  EXPECT_THAT(predict("fc:cin=8,cout=8", "cpuu").err, HasSubstr("did you mean 'cpu'?"));
}

TEST_F(KernelData, NetworksArePredictedOnMeasuredCardsAndOthersByName) {
  folder_.write("model.onnx", small_model());
  folder_.write("devices.csv",
                "device,memory_gb,bandwidth_gb_s,sm,cores_per_sm,clock_mhz,fp32_gflops,l2_mb\n"
                "fast,16,800,80,64,1500,15000,6\nslow,8,200,20,64,1000,4000,2\n"
                "paper,8,400,40,64,1200,8000,4\n");
  std::string rows = "device,latency_ms,b,h\n";
  for (int i = 1; i <= 30; ++i) {
    const std::string size = "," + std::to_string(100 * i) + ",64\n";
    rows += "fast,0.02" + std::to_string(i) + size + "slow,0.08" + std::to_string(i) + size;
  }
  folder_.write("relu.csv", rows);
  ASSERT_EQ(run({"train", "relu.csv", "-o", "p.safetensors", "--method", "boosting", "--trees",
                 "20", "--members", "1"})
                .code,
            0);
  const auto predict = [&](std::vector<std::string> more) {
    std::vector<std::string> args{"predict",      "model.onnx",    "--predictor", "kernel",
                                  "--checkpoint", "p.safetensors", "--csv"};
    args.insert(args.end(), more.begin(), more.end());
    return run_tacho(folder_, args);
  };
  const Outcome all = predict({});
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_THAT(all.out, AllOf(HasSubstr("fast"), HasSubstr("slow"), Not(HasSubstr("paper"))));
  EXPECT_THAT(all.err, HasSubstr("predicts one from its data sheet: paper"));
  EXPECT_THAT(all.err, HasSubstr("taken by their bytes alone: conv-relu ×1"));
  const Outcome named = predict({"--platform", "paper"});
  EXPECT_THAT(named.out, AllOf(HasSubstr("paper"), Not(HasSubstr("fast"))));
  EXPECT_THAT(named.err, HasSubstr("never measured on paper, predicted from its data sheet"));
  EXPECT_THAT(predict({"--platform", "*"}).out, Not(HasSubstr("paper"))) << "a pattern is no name";
  EXPECT_EQ(predict({"--platform", "papier"}).code, 2);

  folder_.write("requests.csv", "graph,batch,platform\nmodel.onnx,1,paper\n");
  const Outcome answers =
      run_tacho(folder_, {"predict", "--requests", "requests.csv", "--predictor", "kernel",
                          "--checkpoint", "p.safetensors"});
  EXPECT_EQ(answers.code, 0) << answers.err;
  EXPECT_THAT(answers.out, HasSubstr("model.onnx,1,paper,0"));
}

TEST_F(KernelData, ARegisteredKernelIsListedWithAStarUntilItGoes) {
  folder_.write("steps.txt",
                "g (float[b,cin,hw,hw] x) => (float[b,cin,hw,hw] y) { a = Relu(x) y = Sqrt(a) }");
  folder_.write("steps.yaml",
                "kernel: two-steps\ntemplate: steps.txt\nparameters:\n  hw: {sample: [7, 14]}\n"
                "  cin: {sample: {from: 8, to: 64}}\n  b: {absent: 1}\nfeatures: [hw, cin]\n");
  const Outcome registered = run({"register", "steps.yaml"});
  ASSERT_EQ(registered.code, 0) << registered.err;
  const Outcome list = run({"list"});
  EXPECT_THAT(list.out, HasSubstr("two-steps *"));
  EXPECT_THAT(list.out, Not(HasSubstr("conv-bn-relu *")));
  EXPECT_THAT(run({"sample", "two-steps", "-n", "3"}).out, HasSubstr("two-steps:hw="));
  EXPECT_THAT(run({"unregister", "two-step"}).err, HasSubstr("did you mean 'two-steps'?"));
  EXPECT_EQ(run({"unregister", "two-steps"}).code, 0);
  EXPECT_THAT(run({"list"}).out, Not(HasSubstr("two-steps")));
  EXPECT_THAT(run({"unregister", "relu"}).err, HasSubstr("relu"));
}

TEST_F(KernelData, WhatCannotBeRegisteredSaysTheLine) {
  folder_.write("relu.txt", "g (float[hw] x) => (float[hw] y) { y = Relu(x) }");
  folder_.write("bad.yaml", "kernel: relu\ntemplate: relu.txt\nparameters: {hw: {sample: [7]}}\n");
  EXPECT_THAT(run({"register", "bad.yaml"}).err, HasSubstr("there is a built-in kernel 'relu'"));
  folder_.write("bad.yaml", "kernel: mine\ntemplat: x\n");
  EXPECT_THAT(run({"register", "bad.yaml"}).err, HasSubstr("did you mean 'template'?"));
  EXPECT_NE(run({"register", "lost.yaml"}).code, 0);
}

TEST_F(KernelData, UnknownVerbsGetTheNearest) {
  const Outcome outcome = run({"trian"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("train"));
}

}  // namespace
}  // namespace tacho::testing
