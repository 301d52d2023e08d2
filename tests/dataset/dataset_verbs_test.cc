// Starts tacho-dataset as `tacho dataset` does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/run_tacho.h"
#include "dataset/dataset.h"
#include "dataset/label_file.h"
#include "graph_ir/testing.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class DatasetVerbs : public ::testing::Test {
 protected:
  DatasetVerbs() {
    const std::string relu =
        model_bytes("agraph (float[1, 16] x) => (float[1, 16] y) { y = Relu(x) }");
    std::string csv = "platform,model,img_size,batch,latency_ms,graph\n";
    for (int i = 0; i < 20; ++i) {
      const std::string name = "net" + std::to_string(i);
      folder_.write("graphs/" + name + ".onnx", relu);
      csv += "cpu," + name + ",224,2," + std::to_string(1 + i) + "," + name + ".onnx\n";
    }
    folder_.write("latency.csv", csv + "cpu,toolarge,224,1,50,\n");
  }
  Outcome run(const std::vector<std::string>& args) { return run_tacho(folder_, args); }
  /// The error is one line.
  static void expect_fault(const Outcome& outcome, int code, const std::string& part) {
    EXPECT_EQ(outcome.code, code);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr(part));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
  TempFolder folder_;
};

TEST_F(DatasetVerbs, ImportThenStats) {
  const Outcome import = run({"import", "latency.csv", "--graphs", "graphs", "-o", "d.h5"});
  EXPECT_EQ(import.code, 0) << import.err;
  EXPECT_EQ(import.out, "latency.csv: imported 20 of 21 rows; skipped: 1 without a graph\n");
  EXPECT_EQ(import.err, "") << "no progress without a terminal";

  const Outcome stats = run({"stats", "d.h5", "--json"});
  EXPECT_EQ(stats.code, 0) << stats.err;
  const auto json = nlohmann::json::parse(stats.out);
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_EQ(json["samples"], 20);
  EXPECT_EQ(json["digest"], load_dataset(folder_.path("d.h5")).digest());
  EXPECT_EQ(json["platforms"][0]["platform"], "cpu");
  EXPECT_EQ(json["platforms"][0]["median_ms"], 10.5);
  EXPECT_THAT(run({"stats", "d.h5"}).out, StartsWith("d.h5: 20 graphs of 20 models"));
  EXPECT_THAT(run({"stats", "d.h5", "--csv"}).out, StartsWith("platform,labels,models,min_ms"));
}

TEST_F(DatasetVerbs, ImportDoesNotOverwriteButAppends) {
  EXPECT_EQ(run({"import", "latency.csv", "-g", "graphs", "-o", "d.h5"}).code, 0);
  expect_fault(run({"import", "latency.csv", "-g", "graphs", "-o", "d.h5"}), 2, "--append");
  folder_.write("more.csv", "graph,batch,platform,latency_ms\nnet0.onnx,2,gpu,7\n");
  EXPECT_EQ(run({"import", "more.csv", "-g", "graphs", "-o", "d.h5", "--append"}).code, 0);
  const Dataset dataset = load_dataset(folder_.path("d.h5"));
  EXPECT_EQ(dataset.samples.size(), 20u);
  EXPECT_EQ(dataset.labels.size(), 21u);
}

TEST_F(DatasetVerbs, BadGraphMeansExitCodeOneUnlessKeptGoing) {
  folder_.write("bad.csv",
                "graph,batch,platform,latency_ms\nnone.onnx,1,cpu,7\nnet1.onnx,1,cpu,7\n");
  const Outcome stopped = run({"import", "bad.csv", "-g", "graphs", "-o", "a.h5"});
  EXPECT_EQ(stopped.code, 1);
  EXPECT_EQ(stopped.err, "tacho: bad.csv: graph 'none.onnx' is not there\n");
  EXPECT_EQ(load_dataset(folder_.path("a.h5")).labels.size(), 1u) << "the rest is kept";
  EXPECT_EQ(run({"import", "bad.csv", "-g", "graphs", "-o", "b.h5", "--keep-going"}).code, 0);
}

TEST_F(DatasetVerbs, SplitPartsModelsTheSameWayFromTableAndDataSet) {
  ASSERT_EQ(run({"import", "latency.csv", "-g", "graphs", "-o", "d.h5"}).code, 0);
  const std::vector<std::string> rest = {"--seed", "3", "--val", "0.3", "--test", "0.3", "-o"};
  for (const char* from : {"latency.csv", "d.h5"}) {
    std::vector<std::string> args = {"split", from};
    args.insert(args.end(), rest.begin(), rest.end());
    args.push_back(std::string("of_") + from);
    EXPECT_EQ(run(args).code, 0);
  }
  size_t total = 0;
  for (const char* stage : {"train", "val", "test"}) {
    const std::string name = "/" + std::string(stage) + ".csv";
    EXPECT_EQ(folder_.read("of_latency.csv" + name), folder_.read("of_d.h5" + name));
    const LabelFile file = read_label_file(folder_.path("of_d.h5" + name));
    EXPECT_GT(file.num_rows, 0u) << stage;
    for (const Label& label : file.labels) EXPECT_EQ(label.stage, stage);
    total += file.num_rows;
  }
  EXPECT_EQ(total, 20u);
}

TEST_F(DatasetVerbs, FaultsAreOneLineWithTheirExitCode) {
  expect_fault(run({"stats", "nowhere.h5"}), 1, "tacho: nowhere.h5: cannot open");
  expect_fault(run({"stats", "latency.csv"}), 1, "latency.csv: not an HDF5 file");
  expect_fault(run({"import", "nowhere.csv", "-o", "x.h5"}), 1, "nowhere.csv: cannot open");
  expect_fault(run({"import", "latency.csv"}), 2, "--output");
  expect_fault(run({"imprt"}), 2, "did you mean 'import'?");
  expect_fault(run({"split", "latency.csv", "-o", "s", "--test", "1.5"}), 2, "from 0 to 1");
  expect_fault(run({"import", "a.csv", "b.csv", "c.csv", "-g", "x", "-g", "y", "-o", "x.h5"}), 2,
               "2 --graphs for 3 tables");
}

TEST_F(DatasetVerbs, HelpHasAnExample) {
  EXPECT_EQ(run({"--help"}).code, 0);
  for (const char* verb : {"import", "stats", "split"}) {
    const Outcome help = run({verb, "--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_THAT(help.out, HasSubstr("Example: tacho dataset " + std::string(verb)));
  }
}

}  // namespace
}  // namespace tacho::testing
