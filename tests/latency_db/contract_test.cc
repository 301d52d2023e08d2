// What every latency database does, whatever lies below.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "common/error.h"
#include "latency_db/test_database.h"

namespace tacho::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LatencyDbContract : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (GetParam() == Kind::kPostgres) SKIP_WITHOUT_POSTGRES();
    database_.emplace(GetParam());
    db_.emplace(database_->open());
  }
  LatencyDb& db() { return *db_; }
  std::vector<double> latencies(const RecordFilter& filter) {
    std::vector<double> all;
    db().for_each(filter, [&](const LatencyRecord& m) { all.push_back(m.latency_ms); });
    return all;
  }

  std::optional<TestDatabase> database_;
  std::optional<LatencyDb> db_;
};

INSTANTIATE_TEST_SUITE_P(All, LatencyDbContract, ::testing::Values(Kind::kSqlite, Kind::kPostgres),
                         [](const auto& info) {
                           return info.param == Kind::kSqlite ? "Sqlite" : "Postgres";
                         });

TEST_P(LatencyDbContract, IsEmptyAtFirst) {
  EXPECT_THAT(db().platforms(), IsEmpty());
  EXPECT_THAT(db().statistics(), IsEmpty());
  EXPECT_THAT(db().find(a_measurement().key, "cpu-one"), IsEmpty());
  EXPECT_FALSE(db().find_graph(a_measurement().key.hash));
}

TEST_P(LatencyDbContract, KeepsAllThatIsSaidOfAMeasurement) {
  LatencyRecord m = a_measurement("dir/ünet, \"v2\".onnx", 8, "cpu-x-2t-rt1.0-fp32", 0.1);
  m.stddev_ms = 0.0125;
  m.runs = 3;
  m.samples_ms = {0.5, 0.25, 0.125};
  m.measured_at_ms = 1763750683123;
  m.host = "here";
  m.facts = {{"threads", "2"}, {"runtime", "rt 1.0"}};
  m.stage = "val";
  m.network = "UNet:v2";
  EXPECT_EQ(db().add({m}), 1);
  const std::vector<LatencyRecord> found = db().find(m.key, m.platform);
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].latency_ms, 0.1);
  EXPECT_EQ(found[0].stddev_ms, 0.0125);
  EXPECT_EQ(found[0].runs, 3);
  EXPECT_EQ(found[0].measured_at_ms, 1763750683123);
  EXPECT_EQ(found[0].host, "here");
  EXPECT_EQ(found[0].facts, m.facts);
  EXPECT_EQ(found[0].source, "test");
  EXPECT_EQ(found[0].model, m.model);
  EXPECT_EQ(found[0].stage, "val");
  EXPECT_EQ(found[0].network, "UNet:v2");
  EXPECT_EQ(found[0].key.batch, 8);
  const std::optional<LatencyRecord> whole = db().find_by_id(m.id);
  ASSERT_TRUE(whole);
  EXPECT_THAT(whole->samples_ms, ElementsAre(0.5, 0.25, 0.125));
}

TEST_P(LatencyDbContract, WhatIsNotKnownStaysUnknown) {
  LatencyRecord m = a_measurement();
  m.measured_at_ms.reset();
  db().add({m});
  const LatencyRecord found = db().find(m.key, m.platform).at(0);
  EXPECT_FALSE(found.stddev_ms);
  EXPECT_FALSE(found.runs);
  EXPECT_FALSE(found.measured_at_ms);
  EXPECT_EQ(found.host, "");
}

TEST_P(LatencyDbContract, TheSameMeasurementTwiceIsOne) {
  const LatencyRecord m = a_measurement();
  EXPECT_EQ(db().add({m, m}), 1);
  EXPECT_EQ(db().add({m}), 0);
  EXPECT_EQ(db().find(m.key, m.platform).size(), 1);
}

TEST_P(LatencyDbContract, AnIdThatIsThereWithAnotherMeasurementIsAFault) {
  const LatencyRecord m = a_measurement();
  db().add({m});
  LatencyRecord of_another_network = a_measurement("b.onnx"), other_batch = m, elsewhere = m,
                faster = m;
  of_another_network.id = m.id;
  other_batch.key.batch = 2;
  elsewhere.platform = "cpu-two";
  faster.latency_ms = 2;
  for (const LatencyRecord& other : {of_another_network, other_batch, elsewhere, faster}) {
    EXPECT_THROW(db().add({a_measurement("new"), other}), Error);
  }
  EXPECT_EQ(db().num_measurements(), 1);
}

TEST_P(LatencyDbContract, MeasuringAgainKeepsBothAndTheNewestComesFirst) {
  LatencyRecord old = a_measurement("a", 1, "p", 1.0), newer = a_measurement("a", 1, "p", 2.0),
                undated = a_measurement("a", 1, "p", 3.0);
  newer.measured_at_ms = *old.measured_at_ms + 1;
  undated.measured_at_ms.reset();
  db().add({newer, old, undated});
  std::vector<double> found;
  for (const LatencyRecord& m : db().find(old.key, "p")) found.push_back(m.latency_ms);
  EXPECT_THAT(found, ElementsAre(2.0, 1.0, 3.0));
  RecordFilter latest;
  latest.latest_only = true;
  EXPECT_THAT(latencies(latest), ElementsAre(2.0));
  EXPECT_THAT(latencies({}), ElementsAre(2.0, 1.0, 3.0));
}

TEST_P(LatencyDbContract, ANewerMedianIsAView) {
  LatencyRecord old = a_measurement("a", 1, "p", 1.0), newer = a_measurement("a", 1, "p", 2.0);
  newer.measured_at_ms = *old.measured_at_ms + 1;
  db().add({newer, old, a_measurement("b", 1, "p", 5.0)});
  std::vector<double> viewed;
  db().sql().run("SELECT latency_ms FROM latest ORDER BY latency_ms", {},
                 [&](const SqlRow& row) { viewed.push_back(row.real(0)); });
  EXPECT_THAT(viewed, ElementsAre(2.0, 5.0));
}

TEST_P(LatencyDbContract, NetworkBatchAndPlatformAreTheKey) {
  const LatencyRecord m = a_measurement("a", 1, "p");
  db().add({m, a_measurement("b", 1, "p"), a_measurement("a", 2, "p"), a_measurement("a", 1, "q")});
  EXPECT_EQ(db().find(m.key, "p").size(), 1);
  EXPECT_EQ(db().find(m.key, "P").size(), 0);
  EXPECT_THAT(db().platforms(), ElementsAre("p", "q"));
  RecordFilter q;
  q.platforms = {"q"};
  EXPECT_EQ(latencies(q).size(), 1);
}

TEST_P(LatencyDbContract, NothingMeasuredIsChangedOrDeleted) {
  const LatencyRecord m = a_measurement();
  db().add({m});
  EXPECT_THROW(db().sql().run_script("UPDATE measurements SET latency_ms = 1"), Error);
  EXPECT_THROW(db().sql().run_script("DELETE FROM measurements"), Error);
  EXPECT_EQ(db().find(m.key, m.platform).at(0).latency_ms, 2.5);
}

TEST_P(LatencyDbContract, NorIsWhatAMeasurementRefersTo) {
  const LatencyRecord m = a_measurement();
  db().add({m}, {{m.key.hash, "name", "onnx", "body"}});
  for (const char* change :
       {"UPDATE graphs SET hash = 'x'", "UPDATE graphs SET body = NULL, form = NULL",
        "UPDATE platforms SET name = 'x'", "UPDATE environments SET host = 'x'",
        "UPDATE environments SET facts = '{}'"}) {
    EXPECT_THROW(db().sql().run_script(change), Error) << change;
  }
  // Rows that nothing refers to, which foreign keys would let go.
  db().add({}, {{a_measurement("b").key.hash, "b", "reference", "b"}});
  db().sql().run_script("INSERT INTO platforms (name) VALUES ('unused')");
  db().sql().run_script("INSERT INTO environments (digest, host, facts) VALUES ('d', '', '{}')");
  EXPECT_THROW(db().sql().run_script("DELETE FROM graphs WHERE name = 'b'"), Error);
  EXPECT_THROW(db().sql().run_script("DELETE FROM platforms WHERE name = 'unused'"), Error);
  EXPECT_THROW(db().sql().run_script("DELETE FROM environments WHERE digest = 'd'"), Error);
  EXPECT_EQ(db().find_graph(m.key.hash)->body, "body");
}

TEST_P(LatencyDbContract, NothingIsReplacedOrTruncated) {
  const LatencyRecord m = a_measurement();
  db().add({m}, {{m.key.hash, "name", "onnx", "body"}});
  if (GetParam() == Kind::kPostgres) {
    for (const char* table : {"measurements", "graphs", "platforms", "environments"}) {
      EXPECT_THROW(db().sql().run_script(std::string("TRUNCATE ") + table + " CASCADE"), Error);
    }
  } else {
    db().sql().run_script(
        "PRAGMA foreign_keys = OFF;"
        "INSERT OR REPLACE INTO measurements SELECT seq, id, graph, batch, platform, 1, NULL, NULL,"
        " NULL, NULL, 0, environment, '', '', '', '' FROM measurements;"
        "INSERT OR REPLACE INTO graphs SELECT id, hash, 'x', NULL, NULL FROM graphs;"
        "INSERT OR REPLACE INTO platforms SELECT id, 'x' FROM platforms;"
        "INSERT OR REPLACE INTO environments SELECT id, digest, 'x', facts FROM environments");
  }
  const LatencyRecord found = db().find(m.key, m.platform).at(0);
  EXPECT_EQ(found.latency_ms, 2.5);
  EXPECT_EQ(found.host, "");
  EXPECT_EQ(db().find_graph(m.key.hash)->body, "body");
}

TEST_P(LatencyDbContract, AStatementThatFailedDoesNotSpoilOthers) {
  const std::string early = "SELECT name FROM later";
  EXPECT_THROW(db().sql().run(early), Error);
  db().sql().run("SELECT 1");
  db().sql().run_script("CREATE TABLE later (name TEXT)");
  EXPECT_EQ(db().sql().run(early), 0);
}

TEST_P(LatencyDbContract, AddingIsAllOrNothing) {
  const LatencyRecord good = a_measurement("new graph", 1, "new platform");
  LatencyRecord bad = a_measurement();
  bad.latency_ms = -1;
  EXPECT_THROW(db().add({good, bad}), Error);
  EXPECT_THAT(db().platforms(), IsEmpty());
  // What was undone is not taken for being there.
  EXPECT_EQ(db().add({good}), 1);
  EXPECT_EQ(db().find(good.key, "new platform").size(), 1);
}

TEST_P(LatencyDbContract, AGraphsBodyIsAddedOnceAndMayComeLater) {
  const LatencyRecord m = a_measurement();
  db().add({m});
  EXPECT_EQ(db().find_graph(m.key.hash)->form, "");
  EXPECT_EQ(db().num_graphs(true), 0);
  std::string body = "with\0zero";
  body += std::string(1, '\0') + std::string(100000, 'x');
  db().add({}, {{m.key.hash, "name", "onnx", body}});
  db().add({}, {{m.key.hash, "name", "onnx", "another"}});
  EXPECT_EQ(db().find_graph(m.key.hash)->body, body);
  EXPECT_EQ(db().find_graph(m.key.hash)->form, "onnx");
  EXPECT_EQ(db().num_graphs(true), 1);
  EXPECT_EQ(db().num_graphs(false), 1);
}

TEST_P(LatencyDbContract, StatisticsAreByPlatform) {
  LatencyRecord later = a_measurement("a", 8, "p");
  later.measured_at_ms = *later.measured_at_ms + 5;
  later.host = "h";
  db().add(
      {a_measurement("a", 1, "p"), later, a_measurement("b", 1, "p"), a_measurement("a", 1, "q")});
  const std::vector<PlatformMeasurements> all = db().statistics();
  ASSERT_EQ(all.size(), 2);
  EXPECT_EQ(all[0].platform, "p");
  EXPECT_EQ(all[0].measurements, 3);
  EXPECT_EQ(all[0].graphs, 2);
  EXPECT_EQ(all[0].lowest_batch, 1);
  EXPECT_EQ(all[0].highest_batch, 8);
  EXPECT_EQ(all[0].hosts, 1);
  EXPECT_EQ(*all[0].last_at_ms - *all[0].first_at_ms, 5);
}

TEST_P(LatencyDbContract, AReaderSeesWhatAWriterAdded) {
  LatencyDb reader = database_->open(SqlAccess::kRead);
  const LatencyRecord m = a_measurement();
  db().add({m});
  EXPECT_EQ(reader.find(m.key, m.platform).size(), 1);
}

TEST_P(LatencyDbContract, ManyThatOpenANewDatabaseAtOnceShareIt) {
  constexpr int kThreads = 6;
  const TestDatabase fresh(GetParam());
  const LatencyRecord m = a_measurement();
  std::atomic<int> ready{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      ++ready;
      while (ready < kThreads) std::this_thread::yield();
      LatencyRecord mine = m;
      mine.id = random_id();
      fresh.open().add({mine});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(fresh.open().find(m.key, m.platform).size(), kThreads);
}

// Each waits for a row of the other's: the database ends one of them, which then tries again.
TEST_P(LatencyDbContract, ADeadlockIsNobodysFault) {
  if (GetParam() == Kind::kSqlite) GTEST_SKIP() << "one writes at a time";
  std::atomic<int> first_rows{0};
  const auto insert_both = [&](const std::string& one, const std::string& other) {
    LatencyDb mine = database_->open();
    bool met = false;
    mine.in_transaction([&] {
      mine.platform_row(one);
      if (!met) ++first_rows;
      met = true;
      while (first_rows < 2) std::this_thread::yield();
      mine.platform_row(other);
      return true;
    });
  };
  std::thread other([&] { insert_both("b", "a"); });
  insert_both("a", "b");
  other.join();
  EXPECT_THAT(db().platforms(), ElementsAre("a", "b"));
}

TEST_P(LatencyDbContract, ADatabaseOfANewerVersionIsLeftAlone) {
  db().sql().run_script(GetParam() == Kind::kSqlite ? "PRAGMA user_version = 99"
                                                    : "UPDATE meta SET schema_version = 99");
  for (const SqlAccess access : {SqlAccess::kRead, SqlAccess::kWrite}) {
    try {
      database_->open(access);
      FAIL() << "was opened";
    } catch (const Error& e) {
      EXPECT_THAT(e.what(), HasSubstr("written by a newer Tachograph (its tables have version 99"));
    }
  }
}

}  // namespace
}  // namespace tacho::testing
