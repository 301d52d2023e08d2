// The latency database: every measurement ever made, by network, batch size and platform, in an
// SQLite file or in PostgreSQL. Nothing measured is ever changed or taken away.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "latency_db/latency_record.h"
#include "latency_db/sql.h"
#include "latency_db/stored_graph.h"

namespace tacho {

struct PlatformMeasurements {
  std::string platform;
  int64_t measurements = 0;
  int64_t graphs = 0;
  int64_t lowest_batch = 0;
  int64_t highest_batch = 0;
  int64_t hosts = 0;  ///< that are known
  std::optional<int64_t> first_at_ms;
  std::optional<int64_t> last_at_ms;
};

struct RecordFilter {
  std::vector<std::string> platforms;  ///< empty: all
  bool latest_only = false;            ///< of each network, batch and platform
};

/// What is to be read has no tables yet: it has no answers, and a writer makes it.
class NoLatencyDb : public Error {
 public:
  using Error::Error;
};

class LatencyDb {
 public:
  /// See connect_sql(). With kWrite an SQLite file is made, and older tables are brought up to
  /// date. With kRead throws NoLatencyDb for a database that is empty.
  LatencyDb(const std::string& address, SqlAccess access);

  /// Path or address, without a password.
  const std::string& name() const { return sql_->name(); }
  SqlConnection& sql() { return *sql_; }

  /// Adds what is not there yet, all or nothing, and returns how many measurements were not. A
  /// measurement is there if one of its id is, and throws Error if that one is of another network,
  /// batch size, platform or latency; a graph's body is added if there was none. On disk when it
  /// returns.
  size_t add(const std::vector<LatencyRecord>& measurements,
             const std::vector<StoredGraph>& graphs = {});

  /// The newest first; those of unknown date last. Samples are left out.
  std::vector<LatencyRecord> find(const GraphKey& key, const std::string& platform);
  /// nullopt if there is none.
  std::optional<LatencyRecord> find_by_id(const std::string& id);
  /// All, in the order in which they were added. `visit` must not use the database.
  void for_each(const RecordFilter& filter, const std::function<void(const LatencyRecord&)>& visit);

  /// nullopt if the network is not known.
  std::optional<StoredGraph> find_graph(const GraphHash& hash);
  void for_each_graph(const std::function<void(const StoredGraph&)>& visit);

  /// By name.
  std::vector<std::string> platforms();
  std::vector<PlatformMeasurements> statistics();
  int64_t num_graphs(bool kept_only);
  int64_t num_measurements();

  // For what shares a transaction with other statements (job_queue.cc).

  /// All that `body` does, if it returns true; nothing, if it returns false or throws. Returns what
  /// it returned. `body` is run again after a deadlock.
  bool in_transaction(const std::function<bool()>& body);
  // Only within `body`:
  int64_t graph_row(const GraphHash& hash, const std::string& name);
  int64_t platform_row(const std::string& name);
  void add_body(const StoredGraph& graph);
  /// False if it is there; throws as add() does.
  bool insert(const LatencyRecord& measurement);

 private:
  int64_t row_of(std::unordered_map<std::string, int64_t>& known, const std::string& key,
                 const std::string& insert, const std::string& select,
                 const std::vector<SqlValue>& values);
  int64_t environment_row(const LatencyRecord& measurement);
  /// Everything that measurements refer to, always in the same order: two that add the same rows in
  /// different orders wait for each other for ever.
  void add_names_in_order(const std::vector<LatencyRecord>& measurements,
                          const std::vector<StoredGraph>& graphs);

  std::unique_ptr<SqlConnection> sql_;
  // Rows never go, so what was seen stays true; but for a transaction that was undone.
  std::unordered_map<std::string, int64_t> graph_rows_, platform_rows_, environment_rows_;
};

/// `asked` if not empty, else $TACHO_DB, else $XDG_DATA_HOME/tachograph/latency.sqlite
/// (~/.local/share/tachograph/latency.sqlite), whose folder is made.
std::string latency_db_address(const std::string& asked);

}  // namespace tacho
