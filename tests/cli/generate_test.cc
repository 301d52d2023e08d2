// tacho generate, which tacho-kernel answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/run_tacho.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;

class Generate : public ::testing::Test {
 protected:
  Outcome run(std::vector<std::string> args) const {
    args.insert(args.begin(), "generate");
    return run_tacho(folder_, args);
  }
  uintmax_t size_of(const std::string& file) const {
    return std::filesystem::file_size(folder_.path(file));
  }
  TempFolder folder_;
};

TEST_F(Generate, WritesWhatTheReferenceStandsFor) {
  ASSERT_EQ(run({"family:squeezenet:1", "-o", "model.onnx"}).code, 0);
  const Outcome file = run_tacho(folder_, {"show", "model.onnx", "--batch", "3", "--kernels"});
  const Outcome text =
      run_tacho(folder_, {"show", "family:squeezenet:1", "--batch", "3", "--kernels"});
  EXPECT_EQ(file.code, 0) << file.err;
  const auto without_name = [](const std::string& out) { return out.substr(out.find('\n')); };
  EXPECT_EQ(without_name(file.out), without_name(text.out));
}

TEST_F(Generate, WritesTheBatchThatIsAsked) {
  // The channel shuffle's Reshape holds the batch.
  const std::string text =
      "fbnet:k3_e1_g2/skip/skip/skip/skip/skip/skip/skip/skip/skip/skip/skip/skip/skip/skip/skip/"
      "skip/skip/skip/skip/skip/skip";
  ASSERT_EQ(run({text, "-o", "model.onnx", "--batch", "5"}).code, 0);
  EXPECT_THAT(run_tacho(folder_, {"show", "model.onnx"}).out, HasSubstr("5x100"));
}

TEST_F(Generate, HasWeightsOnlyWhereAsked) {
  const std::string text = "nasbench201:|none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|";
  ASSERT_EQ(run({text, "-o", "none.onnx"}).code, 0);
  ASSERT_EQ(run({text, "-o", "random.onnx", "--weights", "random"}).code, 0);
  ASSERT_EQ(run({text, "-o", "again.onnx", "--weights", "random", "--seed", "0"}).code, 0);
  ASSERT_EQ(run({text, "-o", "other.onnx", "--weights", "random", "--seed", "1"}).code, 0);
  EXPECT_LT(size_of("none.onnx"), 40000u);
  EXPECT_GT(size_of("random.onnx"), 300000u);
  EXPECT_EQ(folder_.read("random.onnx"), folder_.read("again.onnx"));
  EXPECT_NE(folder_.read("random.onnx"), folder_.read("other.onnx"));
}

TEST_F(Generate, TakesKernelsToo) {
  ASSERT_EQ(run({"gelu:hw=14,cin=384", "-o", "gelu.onnx"}).code, 0);
  EXPECT_THAT(run_tacho(folder_, {"show", "gelu.onnx"}).out, HasSubstr("gelu"));
  const Outcome outcome = run({"gelu:hw=14,cin=384", "-o", "g.onnx", "--batch", "2"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--batch goes with a reference"));
}

TEST_F(Generate, NamesKernelsAndReferencesForWhatIsNeither) {
  const Outcome outcome = run({"bogus", "-o", "model.onnx"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("'bogus' is no kernel and no kind of graph reference; tacho "
                                     "kernel list shows the kernels; references are nasbench201"));
  EXPECT_THAT(outcome.err, HasSubstr("family"));
  EXPECT_THAT(run({"famly:resnet:1", "-o", "model.onnx"}).err, HasSubstr("did you mean 'family'?"));
  EXPECT_THAT(run({"gleu:hw=14,cin=384", "-o", "m.onnx"}).err, HasSubstr("did you mean 'gelu'?"));
}

TEST_F(Generate, ReferencesAreNotNamedBecauseTheKernelIsKnown) {
  const std::string message = run({"gelu:hw=14", "-o", "model.onnx"}).err;
  EXPECT_THAT(message, HasSubstr("cin is missing"));
  EXPECT_THAT(message, ::testing::Not(HasSubstr("reference")));
}

TEST_F(Generate, SaysWhatIsWrongAndWritesNothing) {
  const Outcome outcome = run({"family:resnet", "-o", "model.onnx"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("the seed is missing; write family:resnet:0"));
  EXPECT_FALSE(folder_.has("model.onnx"));
}

}  // namespace
}  // namespace tacho::testing
