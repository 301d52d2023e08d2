#include "latency_db/job_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "latency_db/test_database.h"

namespace tacho::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kLong = 60, kOver = -1;  // seconds of a lease

StoredGraph a_graph(const std::string& name) {
  return {a_measurement(name).key.hash, name, "reference", name};
}

class Jobs : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_POSTGRES();
    database_.emplace(Kind::kPostgres);
    db_.emplace(database_->open());
    jobs_.emplace(*db_);
  }
  int64_t add(const std::string& graph, const std::string& platform = "p") {
    return jobs_->add({a_measurement(graph).key, platform, graph, {}}, a_graph(graph));
  }
  static LatencyRecord result_of(const TakenJob& job) {
    LatencyRecord m = a_measurement(job.model, job.batch, job.platform);
    m.key.hash = job.graph.hash;
    return m;
  }
  size_t measured(const std::string& graph) {
    return db_->find(a_measurement(graph).key, "p").size();
  }

  std::optional<TestDatabase> database_;
  std::optional<LatencyDb> db_;
  std::optional<JobQueue> jobs_;
};

TEST_F(Jobs, ThereAreNoneInSqlite) {
  const TestDatabase file(Kind::kSqlite);
  LatencyDb db = file.open();
  try {
    JobQueue queue(db);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.fault(), Fault::kUsage);
    EXPECT_THAT(e.what(), HasSubstr("need PostgreSQL"));
  }
}

TEST_F(Jobs, GoFromTheOneWhoAsksToTheRecord) {
  const NewJob wanted{a_measurement("g", 4).key, "p", "g", {20, 0.5}};
  const int64_t id = jobs_->add(wanted, a_graph("g"));
  EXPECT_THAT(jobs_->ended({id}), IsEmpty());
  const std::optional<TakenJob> job = jobs_->take("w", {"o", "p"}, kLong);
  ASSERT_TRUE(job);
  EXPECT_EQ(job->id, id);
  EXPECT_EQ(job->batch, 4);
  EXPECT_EQ(job->platform, "p");
  EXPECT_EQ(job->model, "g");
  EXPECT_EQ(job->graph.body, "g");
  EXPECT_EQ(job->protocol.min_runs, 20);
  EXPECT_EQ(job->protocol.min_seconds, 0.5);
  EXPECT_TRUE(jobs_->renew(*job, kLong));
  EXPECT_TRUE(jobs_->finish(*job, result_of(*job)));
  const std::vector<JobResult> ended = jobs_->ended({id, 12345});
  ASSERT_EQ(ended.size(), 1);
  EXPECT_EQ(ended[0].measurement->latency_ms, 2.5);
  EXPECT_FALSE(jobs_->take("w", {"p"}, kLong));
}

TEST_F(Jobs, AreTakenByOneWorkerEachAndOldestFirst) {
  const int64_t first = add("a"), second = add("b");
  EXPECT_EQ(jobs_->take("w", {"p"}, kLong)->id, first);
  EXPECT_EQ(jobs_->take("v", {"p"}, kLong)->id, second);
  EXPECT_FALSE(jobs_->take("u", {"p"}, kLong));
}

TEST_F(Jobs, AreNotTakenForAnotherPlatform) {
  add("a", "gpu-p");
  EXPECT_FALSE(jobs_->take("w", {"p", "gpu"}, kLong));
}

TEST_F(Jobs, TheSameJobIsJoinedUntilItEnds) {
  const int64_t id = add("a");
  EXPECT_EQ(add("a"), id);
  const TakenJob job = *jobs_->take("w", {"p"}, kLong);
  EXPECT_EQ(add("a"), id);
  jobs_->finish(job, result_of(job));
  EXPECT_NE(add("a"), id);
}

TEST_F(Jobs, ALeaseThatRanOutGoesToAnotherAndOnlyItsResultCounts) {
  add("a");
  const TakenJob slow = *jobs_->take("slow", {"p"}, kOver);
  const std::optional<TakenJob> quick = jobs_->take("quick", {"p"}, kLong);
  ASSERT_TRUE(quick);
  EXPECT_EQ(quick->id, slow.id);
  EXPECT_EQ(quick->attempt, 2);
  EXPECT_FALSE(jobs_->renew(slow, kLong));
  EXPECT_FALSE(jobs_->finish(slow, result_of(slow)));
  EXPECT_FALSE(jobs_->fail(slow, Error("late")));
  EXPECT_EQ(measured("a"), 0);
  EXPECT_TRUE(jobs_->finish(*quick, result_of(*quick)));
  EXPECT_FALSE(jobs_->finish(*quick, result_of(*quick)));
  EXPECT_EQ(measured("a"), 1);
}

TEST_F(Jobs, AJobThatTakesWorkersDownIsGivenUp) {
  const int64_t id = add("a");
  for (int i = 0; i < JobQueue::kMaxAttempts; ++i) EXPECT_TRUE(jobs_->take("w", {"p"}, kOver));
  EXPECT_FALSE(jobs_->take("w", {"p"}, kLong));
  EXPECT_THAT(jobs_->ended({id}).at(0).error, HasSubstr("took 3 workers down with it"));
}

TEST_F(Jobs, AFaultEndsTheJobAndKeepsItsKind) {
  const int64_t id = add("a");
  const TakenJob job = *jobs_->take("w", {"p"}, kLong);
  EXPECT_TRUE(jobs_->fail(job, Error("no such operator", Fault::kUnsupported)));
  const JobResult result = jobs_->ended({id}).at(0);
  EXPECT_EQ(result.error, "no such operator");
  EXPECT_EQ(result.fault, Fault::kUnsupported);
  EXPECT_EQ(measured("a"), 0);
}

TEST_F(Jobs, AGraphThatIsNotKeptCannotBeAskedFor) {
  StoredGraph graph = a_graph("a");
  graph.form = "";
  EXPECT_THROW(jobs_->add({a_measurement("a").key, "p", "a", {}}, graph), Error);
}

TEST_F(Jobs, WorkersOfferPlatformsWhileTheyAreSeen) {
  EXPECT_THAT(jobs_->offered(), IsEmpty());
  jobs_->announce("w", {"p", "q"});
  jobs_->announce("w", {"p", "q"});
  jobs_->announce("v", {"q", "r"});
  EXPECT_THAT(jobs_->offered(), ElementsAre("p", "q", "r"));
  jobs_->leave("v");
  EXPECT_THAT(jobs_->offered(), ElementsAre("p", "q"));
  EXPECT_THAT(jobs_->offered(0), IsEmpty());
}

TEST_F(Jobs, ADeviceIsOneWorkersAtATime) {
  LatencyDb other_db = database_->open();
  JobQueue other(other_db);
  jobs_->hold_device("card");
  std::atomic<bool> held{false};
  std::thread second([&] {
    other.hold_device("card");
    held = true;
  });
  jobs_->hold_device("another card");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_FALSE(held);
  jobs_->release_device("card");
  second.join();
  EXPECT_TRUE(held);
}

TEST_F(Jobs, WhoeverWaitsLongForADeviceIsTold) {
  LatencyDb second = database_->open();
  JobQueue other(second);
  other.hold_device("d");
  int told = 0;
  jobs_->hold_device("d", [&] {
    ++told;
    other.release_device("d");
  });
  EXPECT_EQ(told, 1);
  jobs_->release_device("d");
  other.hold_device("d", [&] { ++told; });
  EXPECT_EQ(told, 1);
}

TEST_F(Jobs, WorkersThatDiedAreForgotten) {
  jobs_->announce("dead", {"p"});
  db_->sql().run_script("UPDATE workers SET seen_at = now() - interval '25 hours'");
  jobs_->announce("alive", {"q"});
  EXPECT_THAT(jobs_->offered(1e6), ElementsAre("q"));
}

}  // namespace
}  // namespace tacho::testing
