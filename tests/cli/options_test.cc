// Help, versions and wrong command lines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/run_tacho.h"
#include "cli/test_files.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;

TEST(Help, ListsTheVerbs) {
  TempFolder folder;
  const Outcome outcome = run_tacho(folder, {"--help"});
  EXPECT_EQ(outcome.code, 0);
  for (const char* verb :
       {"predict", "show", "evaluate", "platforms", "backends", "dataset", "train"}) {
    EXPECT_THAT(outcome.out, HasSubstr(std::string("\n  ") + verb + " "));
  }
}

TEST(Help, OfEveryVerbHasAnExample) {
  TempFolder folder;
  for (const char* verb : {"predict", "show", "evaluate", "platforms", "backends"}) {
    const Outcome outcome = run_tacho(folder, {verb, "--help"});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.out, HasSubstr("Example"));
    EXPECT_THAT(outcome.out.substr(outcome.out.find("Example")),
                HasSubstr(std::string("tacho ") + verb));
  }
}

TEST(Usage, NoVerbPrintsHelpAndIsWrong) {
  TempFolder folder;
  EXPECT_EQ(run_tacho(folder, std::vector<std::string>{}).code, 2);
}

struct UsageCase {
  std::vector<std::string> args;
  const char* says;
};

TEST(Usage, WrongWordsNameTheNearestRightOne) {
  TempFolder folder;
  write_small_project(folder);
  const UsageCase cases[] = {
      {{"shwo", "model.onnx"}, "did you mean 'show'?"},
      {{"show", "--bacth", "2", "model.onnx"}, "did you mean --batch?"},
      {{"show", "model.onnx", "--batch", "0"}, "--batch"},
      {{"show", "model.onnx", "--batch", "two"}, "--batch"},
      {{"show", "model.onnx", "--shape", "1x3x8x8"}, "NAME:1x3x224x224"},
      {{"show", "model.onnx", "--shape", "x:1x3x-8x8"}, "'-8' is not a positive integer"},
      {{"show", "model.onnx", "--shape", "x:1x3xHxW"}, "'H' is not a positive integer"},
      {{"show", "model.onnx", "--json", "--csv"}, "--csv"},
      {{"show"}, "models"},
      {{"evaluate"}, "--labels"},
  };
  for (const UsageCase& usage : cases) {
    const Outcome outcome = run_tacho(folder, usage.args);
    EXPECT_EQ(outcome.code, 2) << usage.says;
    EXPECT_THAT(outcome.err, HasSubstr(usage.says));
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
}

TEST(Shape, OfAnInputThatDoesNotExistIsAFault) {
  TempFolder folder;
  write_small_project(folder);
  const Outcome outcome = run_tacho(folder, {"show", "model.onnx", "--shape", "z:1x3x8x8"});
  EXPECT_NE(outcome.code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("'z'"));
}

}  // namespace
}  // namespace tacho::testing
