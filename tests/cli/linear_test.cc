// tacho linear: fit, predict, bottleneck, collect.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/run_tacho.h"
#include "cli/test_files.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A 1×1 convolution with batch norm and ReLU.
std::string block(int hw, int cin, int cout) {
  return "block:conv-hw" + std::to_string(hw) + "-cin" + std::to_string(cin) + "-cout" +
         std::to_string(cout) + "-k1-s1-e1";
}

/// 4 ms per million ACTS, 2 ms per GFLOP of the convolution alone, and 0.05 ms. (The few FLOPs of
/// batch norm and ReLU are in proportion to ACTS, from which the fit takes them off again.)
double latency_of(int hw, int cin, int cout, int batch) {
  const double outputs = 1.0 * batch * hw * hw * cout;
  return 4e-6 * outputs + 2e-9 * 2 * outputs * cin + 0.05;
}

std::string row(int hw, int cin, int cout, int batch, const std::string& platform,
                const std::string& stage, double factor = 1) {
  return block(hw, cin, cout) + "," + std::to_string(batch) + "," + platform + "," +
         std::to_string(factor * latency_of(hw, cin, cout, batch)) + "," + stage + "\n";
}

constexpr const char* kHeader = "graph,batch,platform,latency_ms,stage\n";

/// `spread`: every other network of the fit takes longer by this share, the others less.
std::string labels(double spread = 0) {
  std::string text = kHeader;
  for (int i = 1; i <= 12; ++i) {
    text += row(7 * i, 16 + 40 * (i % 4), 32 * (1 + i % 3), 1 + i % 2, "cpu-a", "train",
                1 + (i % 5 < 2 ? spread : -spread));
  }
  text += row(100, 64, 64, 1, "cpu-a", "test", 1.25);  // 20 % below what was measured
  text += row(10, 64, 64, 1, "cpu-a", "test");         // 0.08 ms
  return text;
}

class Linear : public ::testing::Test {
 protected:
  Outcome fit(const std::string& text, std::vector<std::string> args = {}) const {
    folder_.write("labels.csv", text);
    args.insert(args.begin(), {"linear", "fit", "--labels", "labels.csv", "--write-weight", "0"});
    return run_tacho(folder_, args);
  }
  TempFolder folder_;
};

TEST_F(Linear, FitFindsTheCoefficientsOfALaw) {
  const Outcome outcome = fit(labels(), {"--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const nlohmann::json p = nlohmann::json::parse(outcome.out)["platforms"][0];
  EXPECT_EQ(p["platform"], "cpu-a");
  EXPECT_NEAR(p["ms_per_million_acts"].get<double>(), 4, 0.02);
  EXPECT_NEAR(p["ms_per_gflop"].get<double>(), 2, 1e-3);
  EXPECT_NEAR(p["constant_ms"].get<double>(), 0.05, 1e-3);
  EXPECT_NEAR(p["ridge_flops_per_act"].get<double>(), 2000, 10);
  EXPECT_EQ(p["bound"], "memory");
  EXPECT_EQ(p["rows"], 12);
  EXPECT_EQ(p["slow_rows"], 1);
  EXPECT_NEAR(p["slow_median_error_percent"].get<double>(), 20, 0.01);
  EXPECT_EQ(p["fast_rows"], 1);
  EXPECT_NEAR(p["fast_median_error_percent"].get<double>(), 0, 0.01);
}

TEST_F(Linear, FitTables) {
  const Outcome outcome = fit(labels(0.05));
  EXPECT_EQ(outcome.err, "");
  expect_golden("linear_fit.txt", outcome.out);
}

TEST_F(Linear, PredictAndBottleneckTables) {
  ASSERT_EQ(fit(labels(0.05), {"-o", "linear.json"}).code, 0);
  folder_.write("model.onnx", small_model());
  const Outcome predict =
      run_tacho(folder_, {"linear", "predict", "model.onnx", "--model", "linear.json"});
  EXPECT_EQ(predict.err, "");
  expect_golden("linear_predict.txt", predict.out);
  const Outcome blocks = run_tacho(folder_, {"linear", "bottleneck", "model.onnx", "--model",
                                             "linear.json", "--platform", "cpu-a"});
  EXPECT_EQ(blocks.err, "");
  expect_golden("linear_bottleneck.txt", blocks.out);
  const Outcome csv = run_tacho(folder_, {"linear", "bottleneck", "model.onnx", "--model",
                                          "linear.json", "--platform", "cpu-a", "--csv"});
  EXPECT_THAT(csv.out, HasSubstr("model,block,ms,share_percent,bound,"));
}

TEST_F(Linear, IsAPredictorLikeTheOthers) {
  ASSERT_EQ(fit(labels(), {"-o", "linear.json"}).code, 0);
  folder_.write("model.onnx", small_model());
  const Outcome outcome = run_tacho(folder_, {"predict", "model.onnx", "--predictor", "linear",
                                              "--checkpoint", "linear.json", "--csv"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("cpu-a"));
  const Outcome same =
      run_tacho(folder_, {"linear", "predict", "model.onnx", "--model", "linear.json", "--csv"});
  EXPECT_EQ(same.out, outcome.out);
}

TEST_F(Linear, AppendKeepsOtherPlatformsAndReplacesTheSame) {
  ASSERT_EQ(fit(labels(), {"-o", "linear.json"}).code, 0);
  std::string other = labels();
  for (size_t at = 0; (at = other.find("cpu-a", at)) != std::string::npos;) other[at + 4] = 'b';
  ASSERT_EQ(fit(other, {"-o", "linear.json", "--append"}).code, 0);
  ASSERT_EQ(fit(other, {"-o", "linear.json", "--append"}).code, 0);
  const nlohmann::json model = nlohmann::json::parse(folder_.read("linear.json"));
  ASSERT_EQ(model["platforms"].size(), 2u);
  EXPECT_EQ(model["platforms"][1]["platform"], "cpu-b");
  const Outcome mixed = fit(other, {"-o", "linear.json", "--append", "--objective", "absolute"});
  EXPECT_EQ(mixed.code, 1);
  EXPECT_THAT(mixed.err, HasSubstr("another --write-weight or --objective"));
}

TEST_F(Linear, TwoRangesAreFoundAndDrawn) {
  std::string text = kHeader;
  for (int i = 1; i <= 40; ++i) {
    const int hw = 4 + 4 * i, cin = 16 + 40 * (i % 4), cout = 32 * (1 + i % 3);
    const double law = latency_of(hw, cin, cout, 1);
    text += row(hw, cin, cout, 1, "cpu-a", "train", std::max(law, 0.25 * law + 1.5) / law);
  }
  const Outcome outcome = fit(text, {"--two-range", "--plot", "plot.svg", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const nlohmann::json p = nlohmann::json::parse(outcome.out)["platforms"][0];
  EXPECT_NEAR(p["slope"].get<double>(), 0.25, 0.01);
  EXPECT_NEAR(p["breakpoint_ms"].get<double>(), 2, 0.02);
  EXPECT_THAT(folder_.read("plot.svg"), HasSubstr("breakpoint 2"));
  EXPECT_THAT(folder_.read("plot.svg"), HasSubstr("low range: 0.25"));
  const Outcome one = fit(labels(), {"--two-range"});
  EXPECT_THAT(one.err, HasSubstr("one range fits as well as two"));
}

TEST_F(Linear, SplitIsByModelAndNeverByRow) {
  // One block at many batch sizes is one model: it is held out with all its rows or with none.
  std::string text = "graph,batch,platform,latency_ms\n";
  for (int batch = 1; batch <= 8; ++batch) {
    for (const int hw : {8, 16, 24, 32, 40, 48, 56, 64, 72, 80}) {
      text += block(hw, 32, 32) + "," + std::to_string(batch) + ",cpu-a," +
              std::to_string(latency_of(hw, 32, 32, batch)) + "\n";
    }
  }
  const Outcome outcome = fit(text, {"--test", "0.4", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const nlohmann::json p = nlohmann::json::parse(outcome.out)["platforms"][0];
  const int models = p["models"].get<int>();
  EXPECT_LT(models, 10);
  EXPECT_EQ(p["rows"].get<int>(), 8 * models);
}

TEST_F(Linear, BadLabelsAreOneLineThatSaysWhere) {
  const auto complaint = [&](const std::string& text, std::vector<std::string> args = {}) {
    const Outcome outcome = fit(text, std::move(args));
    EXPECT_NE(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    return outcome.err;
  };
  EXPECT_THAT(complaint("graph,batch,platform\na.onnx,1,cpu\n"), HasSubstr("latency_ms"));
  EXPECT_THAT(complaint(kHeader + row(8, 8, 8, 1, "cpu-a", "", -1)),
              HasSubstr("labels.csv:2: the latency is not positive"));
  EXPECT_THAT(complaint(kHeader + row(8, 8, 8, 1, "cpu-a", "train")),
              HasSubstr("platform 'cpu-a': one measurement is no line"));
  EXPECT_THAT(
      complaint(kHeader + row(8, 8, 8, 1, "cpu-a", "train") + row(8, 8, 8, 1, "cpu-a", "train", 2)),
      HasSubstr("all 2 measurements are of one size"));
  EXPECT_THAT(complaint(labels(), {"--platform", "cpu-aa"}), HasSubstr("did you mean 'cpu-a'"));
  EXPECT_THAT(complaint(labels(), {"--graphs", "lost"}), HasSubstr("lost: no such folder"));
  folder_.write("onnx.tar.zst", "x");
  EXPECT_THAT(complaint(labels(), {"--graphs", "onnx.tar.zst"}),
              HasSubstr("unpack an archive first"));
  EXPECT_THAT(complaint(labels(), {"--test", "1.5"}), HasSubstr("--test is a share"));
}

TEST_F(Linear, GraphsThatAreMissingAreListedAndTheOthersFitted) {
  const Outcome outcome = fit(labels() + "lost.onnx,1,cpu-a,3,train\nlost.onnx,2,cpu-a,3,train\n" +
                              "gone.onnx,1,cpu-a,3,train\n" + ",1,cpu-a,3,train\n");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("2 graphs are not there: lost.onnx, gone.onnx; --graphs"));
  EXPECT_THAT(outcome.err, HasSubstr("1 rows without a graph left out"));
  EXPECT_THAT(outcome.out, HasSubstr("cpu-a"));
}

TEST_F(Linear, RowsWithoutALatencyAreCountedAndTheFirstNamed) {
  const std::string unmeasured = block(8, 8, 8) + ",1,cpu-a,,train\n";
  const Outcome some = fit(labels() + unmeasured + unmeasured);
  EXPECT_EQ(some.code, 0) << some.err;
  EXPECT_THAT(some.err, HasSubstr("labels.csv: 2 rows have no latency and are left out, the first: "
                                  "line 16"));
  EXPECT_THAT(some.out, HasSubstr("cpu-a"));
  const Outcome all = fit(kHeader + unmeasured);
  EXPECT_EQ(all.code, 1);
  EXPECT_THAT(all.err, HasSubstr("labels.csv: no row has a latency"));
}

TEST_F(Linear, FusionRulesChangeWhatIsCounted) {
  folder_.write("model.onnx", small_model());
  folder_.write("rules.json", R"({"schema_version": 1, "kind": "fusion_rules", "platform": "cpu-a",
    "pairs": [{"root": "Conv", "reader": "Relu", "fused": false}]})");
  folder_.write("labels.csv", labels(0.05));
  // With the default --write-weight what Conv writes and Relu reads again counts.
  ASSERT_EQ(run_tacho(folder_, {"linear", "fit", "-l", "labels.csv", "-o", "fused.json"}).code, 0);
  ASSERT_EQ(run_tacho(folder_, {"linear", "fit", "-l", "labels.csv", "-o", "apart.json",
                                "--fusion-rules", "rules.json"})
                .code,
            0);
  EXPECT_NE(folder_.read("fused.json"), folder_.read("apart.json"));
  const std::vector<std::string> predict = {"linear",  "predict",    "model.onnx",
                                            "--model", "fused.json", "--csv"};
  std::vector<std::string> by_rules = predict;
  by_rules.insert(by_rules.end(), {"--fusion-rules", "rules.json"});
  const Outcome apart = run_tacho(folder_, by_rules);
  EXPECT_EQ(apart.code, 0) << apart.err;
  EXPECT_NE(apart.out, run_tacho(folder_, predict).out);
  by_rules.back() = "lost.json";
  EXPECT_THAT(run_tacho(folder_, by_rules).err, HasSubstr("lost.json: cannot be read"));
}

TEST_F(Linear, APlatformThatCannotBeFittedDoesNotStopTheOthers) {
  const Outcome outcome = fit(labels() + row(8, 8, 8, 1, "cpu-b", "train"));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("platform 'cpu-b': one measurement"));
  EXPECT_THAT(outcome.out, HasSubstr("cpu-a"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("cpu-b")));
}

TEST_F(Linear, UnknownPlatformOfTheModelGetsTheNearestName) {
  ASSERT_EQ(fit(labels(), {"-o", "linear.json"}).code, 0);
  folder_.write("model.onnx", small_model());
  for (const char* verb : {"predict", "bottleneck"}) {
    const Outcome outcome = run_tacho(
        folder_, {"linear", verb, "model.onnx", "--model", "linear.json", "--platform", "cpu-aa"});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("did you mean 'cpu-a'"));
  }
  EXPECT_EQ(run_tacho(folder_, {"linear", "fitt"}).code, 2);
}

TEST_F(Linear, CollectMeasuresWritesRowByRowAndGoesOn) {
  const std::vector<std::string> collect = {"linear",        "collect", "--backend", "fake",
                                            "--min-seconds", "0",       "-o",        "labels.csv"};
  const Outcome whole = run_tacho(folder_, collect);
  ASSERT_EQ(whole.code, 0) << whole.err;
  const std::string text = folder_.read("labels.csv");
  const auto rows = std::count(text.begin(), text.end(), '\n') - 1;
  EXPECT_GE(rows, 90);
  EXPECT_TRUE(folder_.has("labels.csv.facts.json"));

  // Killed in its 41st row: the cut line is measured again, the 40 whole ones are not.
  size_t cut = 0;
  for (int line = 0; line < 41; ++line) cut = text.find('\n', cut) + 1;
  folder_.write("labels.csv", text.substr(0, cut + 9));
  const Outcome rest = run_tacho(folder_, collect);
  EXPECT_EQ(rest.code, 0) << rest.err;
  EXPECT_THAT(rest.out, HasSubstr("labels.csv: " + std::to_string(rows - 40) + " blocks measured"));
  EXPECT_THAT(rest.out, HasSubstr("40 were there already"));
  EXPECT_EQ(folder_.read("labels.csv"), text);  // the fake is deterministic

  const Outcome fitted =
      run_tacho(folder_, {"linear", "fit", "--labels", "labels.csv", "--two-range", "--json"});
  EXPECT_EQ(fitted.code, 0) << fitted.err;
  EXPECT_EQ(nlohmann::json::parse(fitted.out)["platforms"].size(), 1u);
}

TEST_F(Linear, CollectKeepsWhatItMeasuredWhenABlockFails) {
  const Outcome outcome =
      run_tacho(folder_, {"linear", "collect", "--backend", "fake:fail=block:mbconv*",
                          "--min-seconds", "0", "-o", "labels.csv"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("block:mbconv-"));
  EXPECT_THAT(folder_.read("labels.csv"), HasSubstr("block:basic-"));
  EXPECT_THAT(folder_.read("labels.csv"), Not(HasSubstr("block:mbconv-")));
}

}  // namespace
}  // namespace tacho::testing
