#include <gmock/gmock.h>

#include "backends/measure.h"
#include "backends/registry.h"
#include "backends/testing.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using testing::relu_graph;
using testing::TemporaryFolder;

std::unique_ptr<Backend> replay(const std::string& file) {
  return open_backend("replay:file=" + file);
}

TEST(Replay, AnswersInTheFilesOrderAndStartsAgain) {
  const TemporaryFolder folder;
  const auto backend = replay(folder.write(
      "t.csv", "graph,latency_ms\n\"relu:hw=8,cin=4\",2\nother,9\n\"relu:hw=8,cin=4\",3\n"));
  const auto model = backend->compile(relu_graph());
  EXPECT_EQ(model->run(), 2);
  EXPECT_EQ(model->run(), 3);
  EXPECT_EQ(model->run(), 2);
  EXPECT_TRUE(model->outputs().empty());
  EXPECT_EQ(backend->platform(), "replay");
}

TEST(Replay, NamesWhatWasNotMeasured) {
  const TemporaryFolder folder;
  const auto backend = replay(folder.write("t.csv", "kernel,latency_ms\na,2\n"));
  EXPECT_THAT(backend->unsupported(relu_graph()),
              ElementsAre(HasSubstr("'relu:hw=8,cin=4' was not measured on replay")));
  EXPECT_THAT(error_of([&] { backend->compile(relu_graph()); }), HasSubstr("was not measured"));
  EXPECT_TRUE(backend->unsupported(relu_graph("a")).empty());
}

TEST(Replay, OnePlatformOfSeveral) {
  const TemporaryFolder folder;
  const std::string file =
      folder.write("t.csv", "kernel,platform,latency_ms\na,gpu-t4,2\na,gpu-p4,3\n");
  EXPECT_EQ(replay(file + ",platform=gpu-p4")->compile(relu_graph("a"))->run(), 3);
  EXPECT_THAT(error_of([&] { replay(file); }), HasSubstr("2 platforms; name one"));
  EXPECT_THAT(error_of([&] { replay(file + ",platform=gpu-t5"); }),
              HasSubstr("did you mean 'gpu-t4'?"));
}

TEST(Replay, BadTables) {
  const TemporaryFolder folder;
  const auto problem = [&](const std::string& text) {
    return error_of([&] { replay(folder.write("t.csv", text)); });
  };
  EXPECT_THAT(problem("graph,latency_ms\na,0\n"), HasSubstr("t.csv:2: latency_ms is not positive"));
  EXPECT_THAT(problem("graph,latency_ms\na,nan\n"), HasSubstr("t.csv:2"));
  EXPECT_THAT(problem("graph,latency_ms\na,failed\n"), HasSubstr("t.csv:2"));
  EXPECT_THAT(problem("graph,latency_ms\n"), HasSubstr("has no measurements"));
  EXPECT_THAT(problem("graph,ms\na,1\n"), HasSubstr("latency_ms"));
  EXPECT_THAT(problem("device,latency_ms,kernel,hw\nt4,1,3,14\n"), HasSubstr("names no graphs"));
  EXPECT_THAT(problem("device,latency_ms,b,h\nt4,1,3,14\n"), HasSubstr("names no graphs"));
  EXPECT_THAT(error_of([] { open_backend("replay"); }), HasSubstr("needs replay:file="));
  EXPECT_THAT(error_of([] { open_backend("replay:file=/nowhere.csv"); }),
              HasSubstr("/nowhere.csv"));
}

TEST(Record, WhatItWroteIsReplayed) {
  const TemporaryFolder folder;
  const std::string file = folder.file("out.csv");
  const MeasureOptions options{2, 0, 20, 0};
  const Timing recorded = measure(
      *open_backend("record:file=" + file + ",of=fake:seed=3,noise=0.05")->compile(relu_graph()),
      options);
  const auto again = replay(file);
  EXPECT_EQ(again->platform(), "cpu-fake3-counted-fp32");
  const Timing replayed = measure(*again->compile(relu_graph()), options);
  ASSERT_EQ(replayed.samples_ms.size(), 20u);
  EXPECT_NEAR(replayed.median_ms, recorded.median_ms, 1e-8 * recorded.median_ms);
}

TEST(Record, AppendsToARecordingAndToNothingElse) {
  const TemporaryFolder folder;
  const std::string file = folder.file("out.csv"),
                    spec = "record:file=" + file + ",of=fake:noise=0";
  for (int i = 0; i < 2; ++i) open_backend(spec)->compile(relu_graph("a"))->run();
  const std::string text = folder.read("out.csv");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;

  folder.write("labels.csv", "graph,batch\n");
  EXPECT_THAT(
      error_of([&] { open_backend("record:file=" + folder.file("labels.csv") + ",of=fake"); }),
      HasSubstr("is no recording"));
  EXPECT_THAT(error_of([] { open_backend("record:file=/nowhere/x.csv,of=fake"); }),
              HasSubstr("cannot write"));
}

TEST(Record, AKilledProgramLosesASecondAtMost) {
  const TemporaryFolder folder;
  const std::string file = folder.file("out.csv");
  const std::string slow = folder.write("slow.csv", "graph,latency_ms\na,600\n");
  const auto model =
      open_backend("record:file=" + file + ",of=replay:file=" + slow)->compile(relu_graph("a"));
  model->run();
  EXPECT_EQ(folder.read("out.csv"), "graph,platform,latency_ms\n");
  model->run();
  EXPECT_EQ(folder.read("out.csv"), "graph,platform,latency_ms\na,replay,600\na,replay,600\n");
}

}  // namespace
}  // namespace tacho
