// tacho db and tacho dataset build, as a user calls them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/run_tacho.h"
#include "cli/test_files.h"
#include "common/csv.h"
#include "latency_db/latency_db.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;

class Db : public ::testing::Test {
 protected:
  Db() {
    write_small_project(folder_);
    folder_.write("copy.onnx", folder_.read("model.onnx"));
    folder_.write("labels.csv",
                  "graph,batch,platform,latency_ms,stage\n"
                  "model.onnx,1,gpu-a,2.5,train\n"
                  "model.onnx,1,gpu-a,2.5,train\n"  // measured twice, with the same result
                  "copy.onnx,8,gpu-a,10.25,val\n"
                  "family:resnet:3,1,cpu-b,7,\n");
  }
  Outcome db(std::vector<std::string> args, const std::string& file = "f.sqlite") const {
    args.insert(args.begin(), "db");
    args.insert(args.end(), {"--db", file});
    return run_tacho(folder_, args);
  }
  nlohmann::json stats(const std::string& file = "f.sqlite") const {
    return nlohmann::json::parse(db({"stats", "--json"}, file).out);
  }
  TempFolder folder_;
};

TEST_F(Db, ImportKnowsANetworkByWhatItComputesAndChangesNothingTheSecondTime) {
  const Outcome first = db({"import", "labels.csv"});
  EXPECT_EQ(first.out, "labels.csv: 4 of 4 measurements added\n") << first.err;
  EXPECT_EQ(db({"import", "labels.csv"}).out,
            "labels.csv: 0 of 4 measurements added (4 were there)\n");
  EXPECT_EQ(stats().at("measurements"), 4);
  EXPECT_EQ(stats().at("networks"), 2);
  EXPECT_EQ(stats().at("networks_kept"), 2);
}

TEST_F(Db, ImportTakesNnlqpsTable) {
  folder_.write("gt.txt", "0 onnx/alexnet/model.onnx 1 2.5 AlexNet 1 train\n");
  folder_.write("onnx/alexnet/model.onnx", folder_.read("model.onnx"));
  const Outcome outcome = db({"import", "gt.txt"});
  EXPECT_EQ(outcome.out, "gt.txt: 1 of 1 measurements added\n") << outcome.err;
  LatencyDb opened(folder_.path("f.sqlite"), SqlAccess::kRead);
  opened.for_each({}, [](const LatencyRecord& r) {
    EXPECT_EQ(r.network, "AlexNet:model");
    EXPECT_EQ(r.stage, "train");
    EXPECT_EQ(r.source, "gt.txt");
  });
}

TEST_F(Db, ImportTakesNnMetersKernels) {
  folder_.write("profiled_relu.json",
                R"({"relu": {"A1": {"config": {"HW": 28, "CIN": 16}, "latency": "0.5 +- 0.01"}}})");
  const Outcome without = db({"import", "profiled_relu.json"});
  EXPECT_EQ(without.code, 2);
  EXPECT_THAT(without.err, HasSubstr("--measured-on says which"));
  const Outcome outcome = db({"import", "profiled_relu.json", "--measured-on", "phone"});
  EXPECT_EQ(outcome.out, "profiled_relu.json: 1 of 1 measurements added\n") << outcome.err;
  EXPECT_EQ(stats().at("networks_kept"), 1);
}

TEST_F(Db, ImportOfAFileWithAFaultImportsNothing) {
  folder_.write("odd.csv", "graph,batch,platform,latency_ms\nmodel.onnx,1,p,1\ngone.onnx,1,p,1\n");
  const Outcome outcome = db({"import", "odd.csv"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("1 of its graphs are not there: gone.onnx"));
  EXPECT_FALSE(folder_.has("f.sqlite"));
  EXPECT_THAT(db({"import", "odd.csv", "--skip-missing"}).out, HasSubstr("1 of 2 measurements"));
}

TEST_F(Db, WhatWasExportedIsImportedAsItself) {
  db({"import", "labels.csv"});
  const Outcome outcome = db({"export", "-o", "out/all.csv", "--graphs", "out"});
  EXPECT_EQ(outcome.out, "out/all.csv: 4 measurements\n") << outcome.err;
  EXPECT_THAT(db({"import", "out/all.csv"}).out, HasSubstr("0 of 4 measurements added"));
  EXPECT_THAT(db({"import", "out/all.csv"}, "g.sqlite").out, HasSubstr("4 of 4 measurements"));
  const std::vector<std::string> named{"export", "--graphs", "again"};
  EXPECT_EQ(db(named).out, db(named, "g.sqlite").out);
  EXPECT_EQ(db(named).out, folder_.read("out/all.csv"));
  EXPECT_THAT(db({"merge", "g.sqlite"}).out, HasSubstr("0 of 4 measurements were new"));
}

// Networks of one name in two folders, each measured from within its own.
class TwoOfOneName : public Db {
 protected:
  TwoOfOneName() {
    folder_.write("a/model.onnx", small_model());
    folder_.write("b/model.onnx", symbolic_model());
    folder_.write("a/a.csv", "graph,batch,platform,latency_ms\nmodel.onnx,1,p,1\n");
    folder_.write("b/b.csv", "graph,batch,platform,latency_ms\nmodel.onnx,1,p,2\n");
    EXPECT_EQ(db({"import", "a/a.csv", "b/b.csv"}).code, 0);
    EXPECT_EQ(db({"export", "-o", "all.csv"}).code, 0);
  }
};

TEST_F(TwoOfOneName, AMeasurementIsNotTakenForAnotherNetworks) {
  const Outcome outcome = db({"import", "all.csv", "--graphs", "a"}, "g.sqlite");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("all.csv:3: was measured of network "));
  EXPECT_THAT(outcome.err, HasSubstr(", but graph 'model.onnx' is network "));
  EXPECT_FALSE(folder_.has("g.sqlite"));
  EXPECT_THAT(db({"import", "all.csv", "--graphs", "a", "--skip-missing"}, "g.sqlite").out,
              HasSubstr("1 of 2 measurements added"));
  EXPECT_THAT(db({"merge", "f.sqlite"}, "g.sqlite").out, HasSubstr("1 of 2 measurements were new"));
}

TEST_F(TwoOfOneName, AFileAtItsVeryPathGoesBeforeOneInASubfolder) {
  folder_.write("a/backup/model.onnx", symbolic_model());
  EXPECT_THAT(db({"import", "a/a.csv"}).out, HasSubstr("(1 were there)"));
}

TEST_F(Db, AnExportedNetworkStaysOfItsModel) {
  folder_.write("resnet18_224.onnx", small_model());
  folder_.write("resnet18_256.onnx", symbolic_model());
  folder_.write("sizes.csv",
                "graph,batch,platform,latency_ms\nresnet18_224.onnx,1,p,1\n"
                "resnet18_256.onnx,1,p,2\n");
  db({"import", "sizes.csv"});
  db({"export", "-o", "out/all.csv", "--graphs", "out"});
  const CsvTable labels = CsvTable::read_file(folder_.path("out/all.csv"));
  ASSERT_EQ(labels.num_rows(), 2);
  EXPECT_EQ(labels.text(0, "model"), "resnet18");
  EXPECT_EQ(labels.text(1, "model"), "resnet18");
}

TEST_F(Db, ExportWritesTheNetworksOfThePlatformsAskedFor) {
  folder_.write("small.csv", "graph,batch,platform,latency_ms\nmodel.onnx,1,gpu-a,1\n");
  folder_.write("symbolic.onnx", symbolic_model());
  folder_.write("symbolic.csv", "graph,batch,platform,latency_ms\nsymbolic.onnx,1,cpu-b,1\n");
  db({"import", "small.csv", "symbolic.csv"});
  db({"export", "--platform", "gpu-a", "-o", "out/gpu.csv", "--graphs", "out"});
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path("out"))) {
    files += entry.path().extension() == ".onnx" ? 1 : 0;
  }
  EXPECT_EQ(files, 1);
}

TEST_F(Db, ExportTakesThePlatformsAskedFor) {
  db({"import", "labels.csv"});
  EXPECT_THAT(db({"export", "--platform", "gpu-*", "--latest", "-o", "gpu.csv"}).out,
              HasSubstr("gpu.csv: 2 measurements"));
  EXPECT_EQ(db({"export", "--platform", "tpu"}).code, 2);
}

TEST_F(Db, MergeAddsWhatIsNewAndOnlyThat) {
  db({"import", "labels.csv"}, "a.sqlite");
  folder_.write("more.csv", "graph,batch,platform,latency_ms\nmodel.onnx,1,gpu-c,4\n");
  db({"import", "labels.csv", "more.csv"}, "b.sqlite");
  EXPECT_THAT(db({"merge", "b.sqlite"}, "a.sqlite").out,
              HasSubstr("b.sqlite: 1 of 5 measurements were new"));
  EXPECT_EQ(stats("a.sqlite").at("measurements"), 5);
  EXPECT_EQ(db({"merge", "none.sqlite"}, "a.sqlite").code, 1);
}

TEST_F(Db, ADatabaseBecomesADataSet) {
  db({"import", "labels.csv"});
  const Outcome outcome =
      run_tacho(folder_, {"dataset", "build", "--from-db", "f.sqlite", "-o", "f.h5"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "f.h5: 3 labels of 3 graphs at their batch sizes\n");
  const auto json =
      nlohmann::json::parse(run_tacho(folder_, {"dataset", "stats", "f.h5", "--json"}).out);
  EXPECT_EQ(json.at("labels"), 3);
  EXPECT_EQ(json.at("models"), 2);
  EXPECT_EQ(run_tacho(folder_, {"dataset", "build", "--from-db", "f.sqlite", "-o", "f.h5"}).code,
            2);
}

class QueryVerb : public Db {
 protected:
  Outcome query(std::vector<std::string> args) const {
    args.insert(args.begin(), "query");
    args.insert(args.end(), {"--db", "f.sqlite", "-c", "checkpoint.safetensors"});
    return run_tacho(folder_, args);
  }
};

TEST_F(QueryVerb, AnswersFromTheDatabaseWhateverTheFileIsCalled) {
  db({"import", "labels.csv"});
  const Outcome outcome = query({"copy.onnx", "--platform", "gpu-a", "--json"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  const auto answer = nlohmann::json::parse(outcome.out).at("answers").at(0);
  EXPECT_EQ(answer.at("source"), "measured");
  EXPECT_EQ(answer.at("latency_ms"), 2.5);
  EXPECT_EQ(answer.at("measurements"), 2);
  EXPECT_THAT(query({"model.onnx", "--batch", "8", "-p", "gpu-a", "--csv"}).out,
              HasSubstr("model.onnx,8,gpu-a,10.25,measured,"));
}

TEST_F(QueryVerb, MeasuresOnceOnAPlatformOfThisMachine) {
  const std::vector<std::string> args{"model.onnx", "-p", "cpu-fake-counted-fp32", "--csv"};
  const Outcome first = query(args);
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr(",measured now,"));
  EXPECT_THAT(query(args).out, HasSubstr(",measured,"));
  EXPECT_EQ(stats().at("measurements"), 1);
}

TEST_F(QueryVerb, PredictsWhatNeitherIsThereNorCanBeMeasured) {
  const Outcome outcome = query({"model.onnx", "--platform", "cpu-launches", "--json"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  const auto answer = nlohmann::json::parse(outcome.out).at("answers").at(0);
  EXPECT_EQ(answer.at("source"), "predicted");
  EXPECT_EQ(answer.at("latency_ms"), 4);
  EXPECT_EQ(answer.at("lower_ms"), 2);
  EXPECT_EQ(answer.at("upper_ms"), 8);
  EXPECT_FALSE(folder_.has("f.sqlite"));
}

TEST_F(QueryVerb, MeasuredOnlyDoesNotPredict) {
  const Outcome outcome = query({"model.onnx", "--platform", "cpu-launches", "--measured-only"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("model.onnx: was never measured on cpu-launches at batch 1"));
}

TEST_F(QueryVerb, APlatformThatNobodyKnowsIsAFaultWithTheNearest) {
  db({"import", "labels.csv"});
  const Outcome outcome = query({"model.onnx", "--platform", "gpu-aa"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'gpu-a'?"));
}

TEST_F(QueryVerb, OneBrokenModelDoesNotStopTheOthers) {
  db({"import", "labels.csv"});
  folder_.write("broken.onnx", "no model");
  const Outcome outcome = query({"broken.onnx", "model.onnx", "--platform", "gpu-a", "--csv"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("model.onnx,1,gpu-a,2.5,measured"));
}

TEST_F(QueryVerb, TheDatabaseIsFoundByTheEnvironment) {
  db({"import", "labels.csv"}, "data/tachograph/latency.sqlite");
  EXPECT_FALSE(folder_.has("data"));  // the folder of a file that was named is not made
  Invocation invocation;
  invocation.args = {"db", "import", "labels.csv"};
  invocation.environment = {{"XDG_DATA_HOME", folder_.path("data")}, {"TACHO_DB", ""}};
  EXPECT_EQ(run_tacho(folder_, invocation).code, 0);
  EXPECT_TRUE(folder_.has("data/tachograph/latency.sqlite"));
}

TEST_F(Db, MeasureAddsToTheDatabaseThatItIsTold) {
  const std::vector<std::string> args{"measure",   "model.onnx", "family:resnet:3",
                                      "--backend", "fake",       "--min-seconds",
                                      "0",         "--db",       "f.sqlite"};
  EXPECT_EQ(run_tacho(folder_, args).code, 0);
  EXPECT_EQ(run_tacho(folder_, args).code, 0);
  EXPECT_EQ(stats().at("measurements"), 4);
  EXPECT_EQ(stats().at("networks_kept"), 2);
  LatencyDb opened(folder_.path("f.sqlite"), SqlAccess::kRead);
  opened.for_each({}, [](const LatencyRecord& r) {
    EXPECT_EQ(r.platform, "cpu-fake-counted-fp32");
    EXPECT_EQ(r.samples_ms.size(), 10);
    EXPECT_EQ(r.facts.at("runtime"), "fake");
    EXPECT_FALSE(r.host.empty());
  });
}

TEST_F(Db, MeasurementsOfOneEnvironmentShareItsRow) {
  const std::vector<std::string> args{"measure",       "model.onnx", "--backend", "fake",
                                      "--min-seconds", "0",          "--db",      "f.sqlite"};
  ASSERT_EQ(run_tacho(folder_, args).code, 0);
  LatencyDb opened(folder_.path("f.sqlite"), SqlAccess::kRead);
  opened.for_each({}, [](const LatencyRecord& r) {
    EXPECT_EQ(r.facts.count("date"), 0);
    EXPECT_EQ(r.facts.count("load_average"), 0);
    EXPECT_EQ(r.facts.count("cpu"), 1);
  });
}

TEST_F(Db, ATimeIsExportedToTheMillisecond) {
  run_tacho(folder_, {"measure", "model.onnx", "--backend", "fake", "--min-seconds", "0", "--db",
                      "f.sqlite"});
  db({"export", "-o", "all.csv"});
  db({"import", "all.csv"}, "g.sqlite");
  LatencyDb first(folder_.path("f.sqlite"), SqlAccess::kRead);
  LatencyDb second(folder_.path("g.sqlite"), SqlAccess::kRead);
  std::vector<int64_t> times;
  for (LatencyDb* each : {&first, &second}) {
    each->for_each({}, [&](const LatencyRecord& r) { times.push_back(r.measured_at_ms.value()); });
  }
  ASSERT_EQ(times.size(), 2);
  EXPECT_EQ(times[0], times[1]);
}

TEST_F(Db, WhatCannotBeStoredIsPrintedAndNotInTheLabelsAndEndsTheSweep) {
  LatencyDb(folder_.path("f.sqlite"), SqlAccess::kWrite)
      .sql()
      .run_script(
          "CREATE TRIGGER full BEFORE INSERT ON measurements WHEN NEW.model = 'family:resnet:3' "
          "BEGIN SELECT RAISE(ABORT, 'no room'); END");
  const std::vector<std::string> args{"measure",       "model.onnx", "family:resnet:3",
                                      "copy.onnx",     "--backend",  "fake",
                                      "--min-seconds", "0",          "--db",
                                      "f.sqlite",      "-o",         "l.csv",
                                      "--interleave",  "1",          "--csv"};
  const Outcome outcome = run_tacho(folder_, args);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("f.sqlite: no room"));
  EXPECT_THAT(outcome.out, HasSubstr("\nmodel.onnx,1,"));
  EXPECT_THAT(outcome.out, HasSubstr("\nfamily:resnet:3,1,"));
  EXPECT_THAT(outcome.out, ::testing::Not(HasSubstr("copy.onnx")));
  EXPECT_EQ(CsvTable::read_file(folder_.path("l.csv")).num_rows(), 1);
  LatencyDb(folder_.path("f.sqlite"), SqlAccess::kWrite).sql().run_script("DROP TRIGGER full");
  EXPECT_EQ(run_tacho(folder_, args).code, 0);
  EXPECT_EQ(CsvTable::read_file(folder_.path("l.csv")).num_rows(), 3);
  EXPECT_EQ(stats().at("measurements"), 3);
}

TEST_F(QueryVerb, AnEmptyDatabaseHasNoAnswers) {
  folder_.write("f.sqlite", "");
  const Outcome outcome = query({"model.onnx", "--platform", "cpu-launches", "--csv"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("f.sqlite: is empty"));
  EXPECT_THAT(outcome.out, HasSubstr(",predicted,"));
  EXPECT_EQ(query({"model.onnx", "-p", "cpu-fake-counted-fp32"}).code, 0);
  EXPECT_EQ(stats().at("measurements"), 1);
}

TEST_F(Db, AFaultOfTheDatabaseThatIsMergedIntoIsNotTheSources) {
  db({"import", "labels.csv"}, "a.sqlite");
  LatencyDb(folder_.path("f.sqlite"), SqlAccess::kWrite)
      .sql()
      .run_script(
          "CREATE TRIGGER full BEFORE INSERT ON graphs BEGIN SELECT RAISE(ABORT, 'no room'); END");
  const Outcome outcome = db({"merge", "a.sqlite"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("f.sqlite: no room"));
  EXPECT_THAT(outcome.err, ::testing::Not(HasSubstr("a.sqlite: f.sqlite")));
}

}  // namespace
}  // namespace tacho::testing
