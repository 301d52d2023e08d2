// What is wrong with a file is said in one line that names it, with the exit code of its kind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/run_tacho.h"
#include "cli/test_files.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct FaultCase {
  const char* name;
  const char* file;
  std::string (*bytes)();  ///< null: not written
  int code;
};

void PrintTo(const FaultCase& fault, std::ostream* out) { *out << fault.name; }

class Fault : public ::testing::TestWithParam<FaultCase> {
 protected:
  Fault() {
    write_checkpoint_file(folder_, "checkpoint.safetensors");
    if (GetParam().bytes != nullptr) folder_.write(GetParam().file, GetParam().bytes());
  }
  void expect_one_line(const Outcome& outcome) {
    EXPECT_EQ(outcome.code, GetParam().code) << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    EXPECT_THAT(outcome.err, StartsWith(std::string("tacho: ") + GetParam().file + ": "));
    EXPECT_EQ(outcome.out, "");
  }
  TempFolder folder_;
};

TEST_P(Fault, Show) { expect_one_line(run_tacho(folder_, {"show", GetParam().file})); }

TEST_P(Fault, Predict) {
  expect_one_line(run_tacho(folder_, {"predict", "-c", "checkpoint.safetensors", GetParam().file}));
}

std::string empty() { return ""; }
std::string text() { return "This is not a model.\n"; }
std::string truncated() { return small_model().substr(0, small_model().size() / 2); }
std::string undeclared() { return unknown_operator_model(false); }

INSTANTIATE_TEST_SUITE_P(Files, Fault,
                         ::testing::Values(FaultCase{"Empty", "empty.onnx", empty, 1},
                                           FaultCase{"Text", "text.onnx", text, 1},
                                           FaultCase{"Truncated", "truncated.onnx", truncated, 1},
                                           FaultCase{"Cyclic", "cyclic.onnx", cyclic_model, 1},
                                           FaultCase{"Missing", "missing.onnx", nullptr, 1},
                                           FaultCase{"PatternWithoutMatch", "*.pb", nullptr, 1},
                                           FaultCase{"UnknownOperator", "odd.onnx", undeclared, 3}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(FolderWithoutModels, IsAFault) {
  TempFolder folder;
  folder.write("zoo/readme.txt", "nothing here");
  const Outcome outcome = run_tacho(folder, {"show", "zoo"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, StartsWith("tacho: zoo: no .onnx file"));
}

TEST(UnknownOperator, IsListedByName) {
  TempFolder folder;
  folder.write("odd.onnx", unknown_operator_model(false));
  EXPECT_THAT(run_tacho(folder, {"show", "odd.onnx"}).err, HasSubstr("com.acme.Frobnicate"));
}

TEST(UnknownOperator, WithADeclaredOutputIsNoFault) {
  TempFolder folder;
  folder.write("odd.onnx", unknown_operator_model(true));
  const Outcome outcome = run_tacho(folder, {"show", "odd.onnx"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("com.acme.Frobnicate ×1"));
}

TEST(OneLine, EvenIfTheFilesNamesHaveLineBreaks) {
  TempFolder folder;
  std::string bytes = unknown_operator_model(false);
  bytes.replace(bytes.find("Frobnicate"), 4, "F\no\x1b");
  folder.write("odd.onnx", bytes);
  const Outcome outcome = run_tacho(folder, {"show", "odd.onnx"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1);
  EXPECT_EQ(outcome.err.find('\x1b'), std::string::npos);
}

TEST(ExitCode, FaultIsWorseThanUnsupported) {
  TempFolder folder;
  folder.write("odd.onnx", unknown_operator_model(false));
  folder.write("model.onnx", small_model());
  EXPECT_EQ(run_tacho(folder, {"show", "odd.onnx", "model.onnx"}).code, 3);
  EXPECT_EQ(run_tacho(folder, {"show", "odd.onnx", "missing.onnx"}).code, 1);
}

TEST(ExitCode, ResultThatCannotBeWrittenIsAFault) {
  TempFolder folder;
  folder.write("model.onnx", small_model());
  Invocation invocation;
  invocation.program = "/bin/sh";
  invocation.args = {"-c", std::string(TACHO_PROGRAM) + " show model.onnx > /dev/full"};
  const Outcome outcome = run_tacho(folder, invocation);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("stdout"));
}

}  // namespace
}  // namespace tacho::testing
