// Workers as processes, with the fake backend: what they measure is always the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "cli/run_tacho.h"
#include "cli/test_files.h"
#include "common/csv.h"
#include "latency_db/job_queue.h"
#include "latency_db/process.h"
#include "latency_db/test_database.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kBackend = "fake:seed=7";
constexpr const char* kPlatform = "cpu-fake7-counted-fp32";  // of no backend without options

class Workers : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_POSTGRES();
    database_.emplace(Kind::kPostgres);
    db_.emplace(database_->open());
  }
  Process worker(const std::string& device, const std::vector<std::string>& more = {},
                 const std::string& backend = kBackend) {
    std::vector<std::string> args{"worker", "--platforms",       backend, "--device", device,
                                  "--db",   database_->address()};
    args.insert(args.end(), more.begin(), more.end());
    return Process(TACHO_PROGRAM, args, files_.path("worker_" + device));
  }
  Outcome measure(std::vector<std::string> models, const std::string& platform = kPlatform) {
    std::vector<std::string> args{
        "measure",       "--platform", platform, "--db", database_->address(),
        "--min-seconds", "0",          "--csv"};
    args.insert(args.end(), models.begin(), models.end());
    return run_tacho(files_, args);
  }
  int64_t number(const std::string& sql) {
    SqlRow row;
    return db_->sql().first(sql, {}, row) ? row.integer(0) : -1;
  }
  /// Stops the worker until it is found with a job in its hands.
  void stop_at_work(Process& process) {
    const std::string sql = "SELECT count(*) FROM jobs WHERE state = 'taken' AND worker LIKE '%:" +
                            std::to_string(process.pid()) + ":%'";
    for (;;) {
      process.signal(SIGSTOP);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      if (number(sql) > 0) return;
      process.signal(SIGCONT);
      std::this_thread::sleep_for(std::chrono::milliseconds(3));
    }
  }

  std::optional<TestDatabase> database_;
  std::optional<LatencyDb> db_;
  TempFolder files_;
};

TEST_F(Workers, OneKilledInTheMiddleOfASweepLosesAndDoublesNothing) {
  constexpr int kModels = 200;
  std::vector<std::string> models;
  for (int i = 0; i < kModels; ++i) {
    models.push_back(std::string(i % 2 ? "family:resnet:" : "family:mobilenetv2:") +
                     std::to_string(i));
  }
  std::optional<Outcome> outcome;
  std::thread asks([&] { outcome = measure(models); });
  Process first = worker("a", {"--lease", "2"});
  while (number("SELECT count(*) FROM jobs WHERE state = 'done'") < 20) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  Process second = worker("b", {"--lease", "2"});
  stop_at_work(first);
  first.signal(SIGKILL);
  EXPECT_EQ(first.wait(), 128 + SIGKILL);
  asks.join();

  EXPECT_EQ(outcome->code, 0) << outcome->err;
  const CsvTable rows = CsvTable::parse(outcome->out, "stdout");
  std::set<std::string> measured;
  for (size_t i = 0; i < rows.num_rows(); ++i) measured.insert(rows.text(i, "model"));
  EXPECT_EQ(rows.num_rows(), kModels);
  EXPECT_EQ(measured, std::set<std::string>(models.begin(), models.end()));
  EXPECT_EQ(number("SELECT count(*) FROM jobs WHERE state <> 'done'"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM jobs WHERE attempts > 1"), 1);
  // Two members of a family may be one network, and are then one job.
  const int64_t networks = number("SELECT count(DISTINCT graph) FROM jobs");
  EXPECT_GT(networks, kModels / 2);
  EXPECT_EQ(number("SELECT count(*) FROM jobs"), networks);
  EXPECT_EQ(number("SELECT count(*) FROM measurements"), networks);
  EXPECT_EQ(number("SELECT count(DISTINCT graph) FROM measurements"), networks);
}

TEST_F(Workers, ANetworkFromAFileTravelsWithItsJob) {
  write_small_project(files_);
  const Process measures = worker("a");
  const Outcome outcome = measure({"model.onnx"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("model.onnx,1,cpu-fake7-counted-fp32,"));
}

TEST_F(Workers, AFaultComesBackToTheOneWhoAsked) {
  files_.write("odd.onnx", unknown_operator_model(true));
  write_small_project(files_);
  const Process measures = worker("a");
  const Outcome outcome = measure({"odd.onnx", "model.onnx"});
  EXPECT_EQ(outcome.code, 3) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("odd.onnx: "));
  EXPECT_THAT(outcome.out, HasSubstr("model.onnx,1,"));
}

TEST_F(Workers, UntilIdleEndsWhenThereIsNothingToDo) {
  EXPECT_EQ(worker("a", {"--until-idle"}).wait(), 0);
  EXPECT_EQ(number("SELECT count(*) FROM workers"), 0);
}

TEST_F(Workers, QueryAsksAWorkerThatOffersThePlatform) {
  write_small_project(files_);
  const Process measures = worker("a");
  while (JobQueue(*db_).offered().empty()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const std::vector<std::string> query{"query", "model.onnx",         "--platform", kPlatform,
                                       "--db",  database_->address(), "--csv"};
  const Outcome outcome = run_tacho(files_, query);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr(",measured now,"));
  EXPECT_THAT(run_tacho(files_, query).out, HasSubstr(",measured,"));
}

TEST_F(Workers, WhatTheyMeasureIsInTheLabelsToo) {
  write_small_project(files_);
  const Process measures = worker("a");
  const std::vector<std::string> args{
      "measure",       "model.onnx", "--platform", kPlatform, "--db",       database_->address(),
      "--min-seconds", "0",          "--json",     "-o",      "labels.csv", "--samples",
      "samples.jsonl"};
  const Outcome outcome = run_tacho(files_, args);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  const auto one = nlohmann::json::parse(outcome.out).at("measurements").at(0);
  EXPECT_EQ(one.at("platform"), kPlatform);
  EXPECT_EQ(one.at("samples_ms").size(), 10);
  EXPECT_TRUE(one.at("load_ms").is_null());
  const CsvTable labels = CsvTable::read_file(files_.path("labels.csv"));
  ASSERT_EQ(labels.num_rows(), 1);
  EXPECT_EQ(labels.text(0, "platform"), kPlatform);
  EXPECT_TRUE(nlohmann::json::accept(files_.read("samples.jsonl")));
  EXPECT_THAT(run_tacho(files_, args).err, HasSubstr("1 models left out: measured before"));
}

TEST_F(Workers, AModelFromStandardInputTravelsAsWell) {
  const Process measures = worker("a");
  Invocation invocation;
  invocation.args = {"measure",       "-", "--platform", kPlatform, "--db", database_->address(),
                     "--min-seconds", "0", "--csv"};
  invocation.input = small_model();
  const Outcome outcome = run_tacho(files_, invocation);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("<stdin>,1,cpu-fake7-counted-fp32,"));
}

TEST_F(Workers, QueryPredictsWhatAWorkerCannotRun) {
  write_small_project(files_);
  JobQueue queue(*db_);
  queue.announce("w", {"cpu-launches"});
  std::thread refuses([&] {
    std::optional<TakenJob> job;
    while (!(job = queue.take("w", {"cpu-launches"}, 60))) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    queue.fail(*job, Error("operator Foo is not supported", Fault::kUnsupported));
  });
  const Outcome outcome =
      run_tacho(files_, {"query", "model.onnx", "--platform", "cpu-launches", "--db",
                         database_->address(), "-c", "checkpoint.safetensors", "--csv"});
  refuses.join();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("model.onnx: predicted, since it cannot be measured on "
                                     "cpu-launches: operator Foo is not supported"));
  EXPECT_THAT(outcome.out, HasSubstr(",predicted,"));
}

TEST_F(Workers, QueryOfStandardInputIsMeasuredByAWorkerToo) {
  const Process measures = worker("a");
  while (JobQueue(*db_).offered().empty()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  Invocation invocation;
  invocation.args = {"query", "-", "--platform", kPlatform, "--db", database_->address(), "--csv"};
  invocation.input = small_model();
  const Outcome outcome = run_tacho(files_, invocation);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("<stdin>,1,cpu-fake7-counted-fp32,"));
  EXPECT_THAT(outcome.out, HasSubstr(",measured now,"));
  EXPECT_EQ(number("SELECT count(*) FROM graphs WHERE body IS NULL"), 0);
}

// The lease is shorter than the measurement, which hangs until the time limit.
TEST_F(Workers, ALongMeasurementKeepsItsLeaseAndATooLongOneIsGivenUp) {
  write_small_project(files_);
  const Process measures = worker("a", {"--lease", "1", "--time-limit", "3"},
                                  std::string(kBackend) + ",fail=small,how=hang");
  std::optional<Outcome> outcome;
  std::thread asks([&] { outcome = measure({"model.onnx"}); });
  JobQueue queue(*db_);
  while (number("SELECT count(*) FROM jobs WHERE state = 'taken'") == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  while (number("SELECT count(*) FROM jobs WHERE state = 'taken'") > 0) {
    const std::optional<TakenJob> stolen = queue.take("thief", {kPlatform}, 60);
    EXPECT_FALSE(stolen);
    if (stolen) queue.fail(*stolen, Error("stolen"));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  asks.join();
  EXPECT_EQ(outcome->code, 1);
  EXPECT_THAT(outcome->err,
              HasSubstr("model.onnx: its worker process was stopped: it took more than the "
                        "time limit of 3.00 s"));
  EXPECT_EQ(measure({"family:resnet:3"}).code, 0);  // it goes on
}

// Of a model that does `how`, and of the worker afterwards.
std::string failure(const Outcome& bad, const Outcome& good) {
  EXPECT_EQ(bad.code, 1);
  EXPECT_EQ(good.code, 0) << good.err;
  return bad.err;
}

TEST_F(Workers, AModelThatCrashesIsAJobThatFailedAndTheWorkerGoesOn) {
  write_small_project(files_);
  const Process measures = worker("a", {}, std::string(kBackend) + ",fail=small,how=crash");
  const Outcome bad = measure({"model.onnx"});
  EXPECT_THAT(failure(bad, measure({"family:resnet:3"})),
              HasSubstr("model.onnx: its worker process was killed by signal 6"));
  EXPECT_EQ(number("SELECT count(*) FROM jobs WHERE attempts > 1"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM measurements"), 1);
}

TEST_F(Workers, AModelThatEatsTheMemoryIsAJobThatFailedAndTheWorkerGoesOn) {
  write_small_project(files_);
  const Process measures =
      worker("a", {"--memory-limit", "0.3"}, std::string(kBackend) + ",fail=small,how=eat");
  const Outcome bad = measure({"model.onnx"});
  EXPECT_THAT(failure(bad, measure({"family:resnet:3"})),
              HasSubstr("more than the limit of 0.300 GB"));
}

TEST(WorkerFaults, NoPlatformNoPostgres) {
  const TempFolder files;
  const auto error_of = [&](const std::vector<std::string>& args) {
    const Outcome outcome = run_tacho(files, args);
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    return outcome.err;
  };
  EXPECT_THAT(error_of({"worker", "--platforms", "cpu-fake-countd-fp32", "--db", "postgres://x"}),
              HasSubstr("did you mean 'cpu-fake-counted-fp32'?"));
  EXPECT_THAT(error_of({"worker", "--platforms", "cpu-fake-counted-fp32", "--db", "f.sqlite"}),
              HasSubstr("jobs for other machines need PostgreSQL"));
  EXPECT_FALSE(files.has("f.sqlite"));
}

}  // namespace
}  // namespace tacho::testing
