// Eight processes write at once; one of them is killed at random. scripts/stress_latency_db.sh does
// it a hundred times.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <set>
#include <sstream>

#include "latency_db/process.h"
#include "latency_db/test_database.h"

namespace tacho::testing {
namespace {

constexpr int kWriters = 8;
constexpr int kEach = 20;  // measurements of a writer that lives

int rounds() {
  const char* asked = std::getenv("TACHO_STRESS_ROUNDS");
  return asked != nullptr ? std::atoi(asked) : 4;
}

std::set<std::string> lines_of(const std::string& path) {
  std::istringstream text(read_bytes(path));
  std::set<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    if (line.size() == 32) lines.insert(line);  // a killed one's last may be cut
  }
  return lines;
}

std::string one_text(LatencyDb& db, const std::string& sql) {
  SqlRow row;
  return db.sql().first(sql, {}, row) ? row.text(0) : "";
}

/// One round; writers of a new database also race for making it.
void write_at_once(const std::string& path, const TemporaryFolder& folder, int round,
                   std::mt19937& random, std::set<std::string>& acknowledged, size_t& killed) {
  std::vector<Process> writers;
  std::vector<std::string> files;
  for (int i = 0; i < kWriters; ++i) {
    files.push_back(folder.file("ack_" + std::to_string(round) + "_" + std::to_string(i)));
    writers.emplace_back(TACHO_DB_WRITER,
                         std::vector<std::string>{"add", path, files.back(), std::to_string(kEach)},
                         folder.file("out_" + std::to_string(i)));
  }
  const size_t victim = random() % kWriters;
  ::usleep(random() % 150000);  // writers take two or three times as long
  writers[victim].signal(SIGKILL);
  for (size_t i = 0; i < kWriters; ++i) {
    const int code = writers[i].wait();
    if (i == victim && code != 0) {
      EXPECT_EQ(code, 128 + SIGKILL);
      ++killed;
    } else {
      EXPECT_EQ(code, 0) << read_bytes(folder.file("out_" + std::to_string(i)));
    }
    const std::set<std::string> ids = lines_of(files[i]);
    if (i != victim) {
      EXPECT_EQ(ids.size(), kEach);
    }
    acknowledged.insert(ids.begin(), ids.end());
  }
}

TEST(Writers, KilledOnesLoseNothingThatWasAcknowledgedAndDoubleNothing) {
  const TemporaryFolder folder;
  std::mt19937 random(std::random_device{}());
  std::string path;
  std::set<std::string> acknowledged;
  size_t killed = 0, killed_of_all = 0;
  for (int round = 0; round < rounds(); ++round) {
    if (round % 2 == 0) {
      path = folder.file("db" + std::to_string(round));
      acknowledged.clear();
      killed_of_all += killed;
      killed = 0;
    }
    write_at_once(path, folder, round, random, acknowledged, killed);
    LatencyDb db(path, SqlAccess::kWrite);
    EXPECT_EQ(one_text(db, "PRAGMA integrity_check"), "ok");
    SqlRow row;
    EXPECT_FALSE(db.sql().first("PRAGMA foreign_key_check", {}, row));
    std::multiset<std::string> there;
    db.for_each({}, [&](const LatencyRecord& r) { there.insert(r.id); });
    for (const std::string& id : acknowledged) EXPECT_EQ(there.count(id), 1) << "round " << round;
    // What a killed one had stored but not yet said.
    EXPECT_LE(there.size(), acknowledged.size() + killed);
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
  std::printf("killed before it was done: %zu of %d\n", killed_of_all + killed, rounds());
}

}  // namespace
}  // namespace tacho::testing
