// tacho kernel probe-fusion, and its rules in tacho show.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "cli/run_tacho.h"
#include "cli/test_files.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;

class ProbeFusion : public ::testing::Test {
 protected:
  Outcome run(const std::string& backend, std::vector<std::string> more) const {
    std::vector<std::string> args{"kernel", "probe-fusion", "--backend", backend, "--seconds",
                                  "0",      "-o",           "rules.json"};
    args.insert(args.end(), more.begin(), more.end());
    return run_tacho(folder_, args);
  }
  TempFolder folder_;
};

TEST_F(ProbeFusion, RulesChangeTheKernels) {
  folder_.write("model.onnx", small_model());
  const std::vector<std::string> show{"show",   "model.onnx",     "--csv",     "--columns",
                                      "kernel", "--fusion-rules", "rules.json"};
  EXPECT_EQ(run("fake:noise=0", {"--pair", "Conv+Relu"}).code, 0);
  EXPECT_EQ(run_tacho(folder_, show).out,
            "model,kernel\nmodel.onnx,conv-relu\nmodel.onnx,global-avgpool\n");
  std::filesystem::remove(folder_.path("rules.json"));
  EXPECT_EQ(run("fake:noise=0,fuse=0", {"--pair", "Conv+Relu"}).code, 0);
  EXPECT_EQ(run_tacho(folder_, show).out,
            "model,kernel\nmodel.onnx,conv\nmodel.onnx,relu\nmodel.onnx,global-avgpool\n");
}

TEST_F(ProbeFusion, KeepsThePairsOfAnEarlierRun) {
  run("fake", {"--pair", "Conv+Relu"});
  const auto first = nlohmann::json::parse(folder_.read("rules.json"))["pairs"][0];
  run("fake:noise=0.02", {"--pair", "Relu+Conv"});
  const auto both = nlohmann::json::parse(folder_.read("rules.json"))["pairs"];
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0], first);
}

TEST_F(ProbeFusion, SaysWhatIsWrong) {
  EXPECT_THAT(run("fake", {"--pair", "Conv+Relo"}).err, HasSubstr("did you mean 'Relu'?"));
  EXPECT_EQ(run("fake", {"--pair", "Conv+Relo"}).code, 2);
  EXPECT_EQ(run("fake:fail=*Relu*", {"--pair", "Conv+Relu", "--pair", "Conv+Add"}).code, 1);
  EXPECT_THAT(folder_.read("rules.json"), HasSubstr("\"Add\""));  // the other pair is kept
  EXPECT_THAT(run("fake:seed=2", {"--pair", "Conv+Relu"}).err,
              HasSubstr("rules.json: exists, for platform 'cpu-fake-counted-fp32'"));
  folder_.write("rules.json", "no rules");
  EXPECT_THAT(run("fake", {"--pair", "Conv+Relu"}).err, HasSubstr("rules.json: is not JSON"));
  EXPECT_EQ(folder_.read("rules.json"), "no rules");
}

}  // namespace
}  // namespace tacho::testing
