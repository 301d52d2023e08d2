// Starts tacho-dataset as `tacho dataset` does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
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

TEST_F(DatasetVerbs, ImportByFusionRulesAndWithoutRowsThatHaveNoLatency) {
  folder_.write("graphs/two.onnx",
                model_bytes("g (float[1,4] x) => (float[1,4] y) { a = Sqrt(x) y = Exp(a) }"));
  folder_.write("labels.csv",
                "graph,batch,platform,latency_ms\ntwo.onnx,1,cpu,1\ntwo.onnx,2,cpu,\n");
  folder_.write("rules.json", R"({"schema_version": 1, "kind": "fusion_rules", "platform": "cpu",
    "pairs": [{"root": "Sqrt", "reader": "Exp", "fused": false}]})");
  const auto kernels = [&](const std::string& output, std::vector<std::string> more) {
    more.insert(more.begin(), {"import", "labels.csv", "--graphs", "graphs", "-o", output});
    const Outcome import = run(more);
    EXPECT_EQ(import.code, 0) << import.err;
    EXPECT_THAT(import.err, HasSubstr("1 row has no latency and is left out: line 3"));
    return load_dataset(folder_.path(output)).samples.at(0).features.num_kernels;
  };
  EXPECT_EQ(kernels("fused.h5", {}), 1);
  EXPECT_EQ(kernels("apart.h5", {"--fusion-rules", "rules.json"}), 2);
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

TEST_F(DatasetVerbs, MissingGraphsStopTheImportUnlessSkipped) {
  std::string csv = "graph,batch,platform,latency_ms\nnet1.onnx,1,cpu,7\n";
  for (int i = 0; i < 12; ++i) csv += "none" + std::to_string(i) + ".onnx,1,cpu,7\n";
  folder_.write("bad.csv", csv);
  const Outcome stopped = run({"import", "bad.csv", "-g", "graphs", "-o", "a.h5"});
  EXPECT_EQ(stopped.code, 1);
  EXPECT_EQ(stopped.err,
            "tacho: bad.csv: 12 graphs are not there: none0.onnx, none1.onnx, none2.onnx, "
            "none3.onnx, none4.onnx, none5.onnx, none6.onnx, none7.onnx, none8.onnx, none9.onnx "
            "and 2 more\ntacho: a.h5: not written; --skip-missing imports the rest\n");
  EXPECT_FALSE(std::filesystem::exists(folder_.path("a.h5")));
  EXPECT_EQ(run({"import", "bad.csv", "-g", "graphs", "-o", "a.h5", "--skip-missing"}).code, 0);
  EXPECT_EQ(load_dataset(folder_.path("a.h5")).labels.size(), 1u) << "the rest";
  EXPECT_EQ(run({"import", "bad.csv", "-g", "graphs", "-o", "b.h5", "--keep-going"}).code, 0)
      << "the option's older name";
}

TEST_F(DatasetVerbs, ImportOfASampleOfSomePlatforms) {
  const Outcome import = run({"import", "latency.csv", "-g", "graphs", "-o", "d.h5", "--sample",
                              "5", "--seed", "3", "--platform", "c*"});
  EXPECT_EQ(import.code, 0) << import.err;
  EXPECT_EQ(import.out, "latency.csv: imported 5 of 5 rows\n");
  expect_fault(run({"import", "latency.csv", "-g", "graphs", "-o", "e.h5", "-p", "npu"}), 2,
               "no platform 'npu' in the labels");
  expect_fault(run({"import", "latency.csv", "-o", "e.h5", "--sample", "0"}), 2, "--sample");
}

TEST_F(DatasetVerbs, ContradictionsAreSettledOnlyWhenAsked) {
  folder_.write("twice.csv",
                "graph,batch,platform,latency_ms\nnet1.onnx,1,cpu,7\nnet1.onnx,1,cpu,8.4\n");
  expect_fault(run({"import", "twice.csv", "-g", "graphs", "-o", "a.h5"}), 1,
               "twice.csv:2 and twice.csv:3: 'net1.onnx' at batch 1 on cpu takes");
  const Outcome median =
      run({"import", "twice.csv", "-g", "graphs", "-o", "a.h5", "--on-conflict", "median"});
  EXPECT_EQ(median.code, 0);
  EXPECT_THAT(median.err, HasSubstr("up to 20.0 % apart; their median is kept"));
  EXPECT_EQ(load_dataset(folder_.path("a.h5")).labels[0].latency_ms, 7.7);
  expect_fault(run({"labels", "twice.csv", "-o", "b.csv", "--on-conflict", "mean"}), 2, "mean");
}

TEST_F(DatasetVerbs, LabelsConvertsHelpTables) {
  folder_.write("help/arch.csv", "index,arch\n0,|a~0|\n1,|b~0|\n");
  folder_.write("help/latency_ms.csv", "index,silver_4114,titan_rtx_32\n0,1.5,2\n1,3,4\n");
  const Outcome outcome =
      run({"labels", "help/latency_ms.csv", "-o", "labels.csv", "--platform", "gpu-*"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "labels.csv: 2 labels\n");
  EXPECT_EQ(folder_.read("labels.csv"),
            "graph,batch,platform,latency_ms,stage\n"
            "nasbench201:|a~0|,32,gpu-titan_rtx-pytorch-fp32,2,\n"
            "nasbench201:|b~0|,32,gpu-titan_rtx-pytorch-fp32,4,\n");
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

TEST_F(DatasetVerbs, SplitLeavesOutAFamilyOrAFold) {
  folder_.write("l.csv",
                "graph,batch,platform,latency_ms\nresnet18.onnx,1,cpu,1\nresnext50.onnx,1,cpu,1\n"
                "vgg11.onnx,1,cpu,1\nvgg13.onnx,1,cpu,1\nvit_s.onnx,1,cpu,1\n");
  for (const char* option : {"--leave-family", "--test-model-type"}) {
    const Outcome outcome = run({"split", "l.csv", "-o", "s", option, "vgg", "--val", "0"});
    EXPECT_EQ(outcome.out, "s/train.csv: 3 labels\ns/val.csv: 0 labels\ns/test.csv: 2 labels\n")
        << outcome.err;
  }
  EXPECT_THAT(folder_.read("s/test.csv"), HasSubstr("vgg11.onnx,1,cpu,1,test"));
  const Outcome fold = run({"split", "l.csv", "-o", "s", "--folds", "3", "--fold", "2"});
  EXPECT_THAT(fold.out, HasSubstr("s/test.csv: 1 labels")) << fold.err;
  expect_fault(run({"split", "l.csv", "-o", "s", "--leave-family", "vggs"}), 2, "'vgg'");
  expect_fault(run({"split", "l.csv", "-o", "s", "--folds", "3", "--fold", "3"}), 2, "fold 3 of 3");
}

TEST_F(DatasetVerbs, StatsListFamilies) {
  ASSERT_EQ(run({"import", "latency.csv", "-g", "graphs", "-o", "d.h5"}).code, 0);
  EXPECT_EQ(run({"stats", "d.h5", "--families", "--csv"}).out,
            "family,models,graphs,labels\nnet,20,20,20\n");
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
