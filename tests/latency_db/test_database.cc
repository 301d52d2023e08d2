#include "latency_db/test_database.h"

#include "common/stable_hash.h"

namespace tacho::testing {
namespace {

std::string address_file() {
  std::string text = read_bytes(TACHO_TEST_POSTGRES_FILE);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

std::string no_postgres() {
#ifdef TACHO_TEST_WITHOUT_LIBPQ
  return "this build is without libpq (Debian: libpq-dev)";
#endif
  const std::string text = address_file();
  if (text.empty()) {
    return "no PostgreSQL server for tests: ctest starts one; by hand: scripts/test_postgres.sh "
           "start " TACHO_TEST_POSTGRES_FILE;
  }
  return text.rfind("none: ", 0) == 0 ? text.substr(6) : "";
}

std::string postgres_address(const std::string& database) {
  std::string address = address_file();
  if (!database.empty()) address.replace(address.find("/postgres?") + 1, 8, database);
  return address;
}

TestDatabase::TestDatabase(Kind kind) {
  if (kind == Kind::kSqlite) {
    address_ = folder_.file("latency.sqlite");
    return;
  }
  name_ = "test_" + random_id();
  connect_sql(postgres_address(), SqlAccess::kWrite)->run_script("CREATE DATABASE " + name_);
  address_ = postgres_address(name_);
}

TestDatabase::~TestDatabase() {
  if (name_.empty()) return;
  try {
    connect_sql(postgres_address(), SqlAccess::kWrite)
        ->run_script("DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::exception&) {  // it goes with the server
  }
}

LatencyRecord a_measurement(const std::string& graph, int64_t batch, const std::string& platform,
                            double latency_ms) {
  Fnv1a hash;
  hash.add_text(graph);
  LatencyRecord m;
  m.id = random_id();
  m.key = {{hash.value(), splitmix64(hash.value())}, batch};
  m.platform = platform;
  m.latency_ms = latency_ms;
  m.measured_at_ms = 1700000000000;
  m.source = "test";
  m.model = graph;
  return m;
}

}  // namespace tacho::testing
