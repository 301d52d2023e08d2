// Databases for tests: a file in a temporary folder, or a database of its own on the server that
// scripts/test_postgres.sh started.
#pragma once

#include <memory>
#include <string>

#include "latency_db/latency_db.h"
#include "temporary_folder.h"

namespace tacho::testing {

enum class Kind { kSqlite, kPostgres };

class TestDatabase {
 public:
  explicit TestDatabase(Kind kind);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& address() const { return address_; }
  LatencyDb open(SqlAccess access = SqlAccess::kWrite) const { return LatencyDb(address_, access); }

 private:
  TemporaryFolder folder_;
  std::string name_;  ///< on the server
  std::string address_;
};

/// Why there is no server for tests; "" if there is one.
std::string no_postgres();
/// The server's address, for another database if `database` is not empty.
std::string postgres_address(const std::string& database = "");

/// Of a network that is called `graph` and whose hash is made of that name.
LatencyRecord a_measurement(const std::string& graph = "a.onnx", int64_t batch = 1,
                            const std::string& platform = "cpu-one", double latency_ms = 2.5);

}  // namespace tacho::testing

/// At the start of a test or a fixture's SetUp().
#define SKIP_WITHOUT_POSTGRES() \
  if (const std::string why = tacho::testing::no_postgres(); !why.empty()) GTEST_SKIP() << why
