// tacho show: the summary, the kernels, the picture.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/run_tacho.h"
#include "cli/test_files.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;

class Show : public ::testing::Test {
 protected:
  Show() { folder_.write("model.onnx", small_model()); }
  Outcome run(std::vector<std::string> args) const {
    args.insert(args.begin(), {"show", "model.onnx"});
    return run_tacho(folder_, args);
  }
  TempFolder folder_;
};

TEST_F(Show, Summary) { expect_golden("show.txt", run({}).out); }
TEST_F(Show, SummaryInMarkdown) { expect_golden("show.md", run({"--md"}).out); }
TEST_F(Show, SummaryInCsv) { expect_golden("show.csv", run({"--csv"}).out); }
TEST_F(Show, Kernels) { expect_golden("show_kernels.txt", run({"--kernels"}).out); }
TEST_F(Show, KernelsInCsv) { expect_golden("show_kernels.csv", run({"--kernels", "--csv"}).out); }
TEST_F(Show, KernelsAsGraph) { expect_golden("show.dot", run({"--dot"}).out); }

TEST_F(Show, SummaryCountsByHand) {
  const nlohmann::json item =
      nlohmann::json::parse(run({"--json", "--batch", "2"}).out)["models"][0];
  EXPECT_EQ(item["nodes"], 3);
  EXPECT_EQ(item["kernels"], 2);
  EXPECT_EQ(item["macs"], 2 * 8 * 8 * 4 * 3);
  EXPECT_EQ(item["params"], 12);
  EXPECT_EQ(item["activations"], 2 * 4 * 8 * 8);
  EXPECT_EQ(item["input_elements"], 2 * 3 * 8 * 8);
  EXPECT_EQ(item["weight_bytes"], 48);
  EXPECT_EQ(item["inputs"][0]["dims"], nlohmann::json({2, 3, 8, 8}));
  EXPECT_EQ(item["operators"]["Relu"], 1);
}

TEST_F(Show, FusionRulesOfAPlatform) {
  const auto rules = [](const std::string& reader) {
    return R"({"schema_version": 1, "kind": "fusion_rules", "platform": "p",
               "pairs": [{"root": "Conv", "reader": ")" +
           reader + R"(", "fused": false}]})";
  };
  folder_.write("rules.json", rules("Relu"));
  EXPECT_EQ(run({"--csv", "--columns", "kernel", "--fusion-rules", "rules.json"}).out,
            "model,kernel\nmodel.onnx,conv\nmodel.onnx,relu\nmodel.onnx,global-avgpool\n");
  const Outcome resnet =
      run_tacho(folder_, {"show", std::string(TACHO_GOLDEN) + "/../../models/resnet18.onnx",
                          "--json", "--kernels", "--fusion-rules", "rules.json"});
  int relus = 0;
  const nlohmann::json shown = nlohmann::json::parse(resnet.out);
  for (const auto& kernel : shown["models"][0]["kernel_list"]) {
    relus += kernel["kernel"] == "relu" ? 1 : 0;
  }
  EXPECT_EQ(relus, 9);  // the stem's and eight blocks' first; the eight others follow an Add

  folder_.write("rules.json", rules("Relo"));
  const Outcome wrong = run({"--fusion-rules", "rules.json"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("rules.json: pair 1: no operator 'Relo'; did you mean 'Relu'?"));
  EXPECT_THAT(run({"--fusion-rules", "none.json"}).err, HasSubstr("none.json: cannot be read"));
}

TEST_F(Show, ColumnsAreChosenAndRowsSorted) {
  EXPECT_EQ(run({"--csv", "--columns", "kernel,macs", "--sort", "macs"}).out,
            "model,kernel,macs\nmodel.onnx,conv-relu,768\nmodel.onnx,global-avgpool,0\n");
  EXPECT_EQ(run({"--csv", "--columns", "kernel", "--sort", "+macs"}).out,
            "model,kernel\nmodel.onnx,global-avgpool\nmodel.onnx,conv-relu\n");
}

TEST_F(Show, WrongColumnNamesTheNearest) {
  const Outcome outcome = run({"--sort", "flop"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'flops'?"));
}

TEST_F(Show, UnknownDimensionsAreSetToOneWithANotice) {
  folder_.write("model.onnx", symbolic_model());
  const Outcome outcome = run({"--csv", "--columns", "input"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "model,input\nmodel.onnx,1x4\n");
  EXPECT_THAT(outcome.err, HasSubstr("tacho: note: model.onnx: "));
  EXPECT_THAT(outcome.err, HasSubstr("'x'"));
  EXPECT_EQ(run({"--csv", "--columns", "input", "--batch", "3"}).out,
            "model,input\nmodel.onnx,3x4\n");
}

TEST_F(Show, NamesFromTheFileCannotBreakTheLines) {
  folder_.write("new\nline.onnx", "");
  const Outcome outcome = run_tacho(folder_, {"show", "new\nline.onnx"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1);
}

}  // namespace
}  // namespace tacho::testing
