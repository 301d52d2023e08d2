// tacho predict --requests: other programs call this; it must stay as it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "cli/run_tacho.h"
#include "cli/test_files.h"
#include "graph_ir/testing.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Requests : public ::testing::Test {
 protected:
  Requests() {
    write_checkpoint_file(folder_, "checkpoint.safetensors");
    folder_.write("graphs/model.onnx", small_model());
  }
  Outcome run(const std::string& requests,
              std::vector<std::string> more = {"--graphs", "graphs"}) const {
    folder_.write("requests.csv", requests);
    std::vector<std::string> args = {"predict",    "--checkpoint", "checkpoint.safetensors",
                                     "--requests", "requests.csv", "--out",
                                     "answers.csv"};
    args.insert(args.end(), more.begin(), more.end());
    return run_tacho(folder_, args);
  }

  TempFolder folder_;
};

// A stack of 100 TiB fits the address space once, one of 1000 TiB not at all: threads do not start.
TEST_F(Requests, AreAnsweredByAsManyThreadsAsCanBeStarted) {
  std::string rows = "graph,batch,platform\n";
  for (int batch = 1; batch <= 8; ++batch) {
    rows += "model.onnx," + std::to_string(batch) + ",gpu-bytes\n";
  }
  ASSERT_EQ(run(rows).code, 0);
  const std::string answers = folder_.read("answers.csv");
  for (const char* stack_kib : {"107374182400", "1073741824000"}) {
    Invocation invocation;
    invocation.program = "/bin/sh";
    invocation.args = {"-c", std::string("ulimit -s ") + stack_kib + " || exit 99; exec \"" +
                                 TACHO_PROGRAM +
                                 "\" predict -c checkpoint.safetensors --requests requests.csv "
                                 "--out few.csv --graphs graphs"};
    const Outcome outcome = run_tacho(folder_, invocation);
    if (outcome.code == 99) GTEST_SKIP() << "the stack's limit cannot be raised here";
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(folder_.read("few.csv"), answers);
  }
}

TEST_F(Requests, OneLineSaysWhichGraphsAreUnlikeTheTrainingData) {
  for (const char* name : {"soft", "softer"}) {
    folder_.write("graphs/" + std::string(name) + ".onnx",
                  model_bytes("soft (float[1,4] x) => (float[1,4] y) { y = Softmax(x) }"));
  }
  const std::string header = "graph,batch,platform\n", known = "model.onnx,1,gpu-bytes\n";
  EXPECT_EQ(run(header + known).err, "");
  const Outcome outcome = run(header + known + "soft.onnx,1,gpu-bytes\nsoft.onnx,1,cpu-launches\n" +
                              "softer.onnx,1,gpu-bytes\n");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("2 of 3 graphs: for one, soft.onnx: 1 kernel of family "
                                     "'softmax', which training never saw\n"));
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1);
}

TEST_F(Requests, AnswersInTheOrderOfTheQuestions) {
  const Outcome outcome =
      run("graph,batch,platform\n"
          "model.onnx,10,gpu-bytes\n"
          "model.onnx,1,cpu-launches\n"
          "model.onnx,1,gpu-bytes\n"
          "model.onnx,10,gpu-bytes\n");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out + outcome.err, "");
  EXPECT_EQ(folder_.read("answers.csv"),
            "graph,batch,platform,latency_ms,lower_ms,upper_ms\n"
            "model.onnx,10,gpu-bytes,0.02832,0.022656,0.0354\n"
            "model.onnx,1,cpu-launches,4,2,8\n"
            "model.onnx,1,gpu-bytes,0.002832,0.0022656,0.00354\n"
            "model.onnx,10,gpu-bytes,0.02832,0.022656,0.0354\n");
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path(""))) {
    EXPECT_THAT(entry.path().filename().string(), Not(StartsWith("answers.csv.")));
  }
}

TEST_F(Requests, OutIsNotReplacedBecauseItIsAPipe) {
  ASSERT_EQ(::mkfifo(folder_.path("pipe").c_str(), 0600), 0);
  std::filesystem::create_symlink("pipe", folder_.path("answers.csv"));
  const Outcome outcome = run("graph,batch,platform\nmodel.onnx,1,cpu-launches\n");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("answers.csv: cannot write: it is a device or a pipe"));
  EXPECT_TRUE(std::filesystem::is_fifo(folder_.path("answers.csv")));
}

TEST_F(Requests, OtherColumnsAreKeptAndQuoted) {
  EXPECT_EQ(run("note,graph,batch,platform\n\"a, \"\"b\"\"\",model.onnx,1,cpu-launches\n").code, 0);
  EXPECT_EQ(folder_.read("answers.csv"),
            "note,graph,batch,platform,latency_ms,lower_ms,upper_ms\n"
            "\"a, \"\"b\"\"\",model.onnx,1,cpu-launches,4,2,8\n");
}

TEST_F(Requests, BadRowsAreEmptyAndNamedAndTheOthersAnswered) {
  const Outcome outcome =
      run("graph,batch,platform\n"
          "missing.onnx,1,cpu-launches\n"
          "model.onnx,none,cpu-launches\n"
          "model.onnx,0,cpu-launches\n"
          ",1,cpu-launches\n"
          "model.onnx,1,cpu-lunches\n"
          "model.onnx,1,cpu-launches\n");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(folder_.read("answers.csv"),
            "graph,batch,platform,latency_ms,lower_ms,upper_ms\n"
            "missing.onnx,1,cpu-launches,,,\n"
            "model.onnx,none,cpu-launches,,,\n"
            "model.onnx,0,cpu-launches,,,\n"
            ",1,cpu-launches,,,\n"
            "model.onnx,1,cpu-lunches,,,\n"
            "model.onnx,1,cpu-launches,4,2,8\n");
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 5);
  EXPECT_THAT(outcome.err, HasSubstr("requests.csv:2: "));
  EXPECT_THAT(outcome.err, HasSubstr("graphs/missing.onnx"));
  EXPECT_THAT(outcome.err, HasSubstr("requests.csv:6: no platform 'cpu-lunches'"));
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'cpu-launches'?"));
}

TEST_F(Requests, GraphsAreFoundBesideTheFileWithoutAFolder) {
  folder_.write("model.onnx", small_model());
  EXPECT_EQ(run("graph,batch,platform\nmodel.onnx,1,cpu-launches\n", {}).code, 0);
}

TEST_F(Requests, WithoutOutAnswersGoToStandardOutput) {
  folder_.write("requests.csv", "graph,batch,platform\nmodel.onnx,1,cpu-launches\n");
  const Outcome outcome = run_tacho(folder_, {"predict", "-c", "checkpoint.safetensors",
                                              "--requests", "requests.csv", "--graphs", "graphs"});
  EXPECT_EQ(outcome.out,
            "graph,batch,platform,latency_ms,lower_ms,upper_ms\nmodel.onnx,1,cpu-launches,4,2,8\n");
}

TEST_F(Requests, MissingColumnStopsItBeforeAnythingIsWritten) {
  const Outcome outcome = run("graph,platform\nmodel.onnx,cpu-launches\n");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("batch"));
  EXPECT_FALSE(folder_.has("answers.csv"));
}

TEST_F(Requests, RefusesOptionsThatWouldHaveNoEffect) {
  const Outcome outcome = run("graph,batch,platform\nmodel.onnx,1,gpu-bytes\n", {"--batch", "8"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--batch has no effect with --requests"));
}

TEST_F(Requests, ABatchThatIsNoNumberIsNamedAsItStands) {
  const Outcome outcome = run("graph,batch,platform\nmodel.onnx,many,gpu-bytes\n");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("many"));
}

TEST_F(Requests, ModelsAndRequestsExcludeEachOther) {
  EXPECT_EQ(run("graph,batch,platform\n", {"model.onnx"}).code, 2);
  EXPECT_EQ(run_tacho(folder_, {"predict"}).code, 2);
}

}  // namespace
}  // namespace tacho::testing
