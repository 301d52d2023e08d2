#include "latency_db/latency_db.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "common/error.h"
#include "common/stable_hash.h"
#include "latency_db/schema.h"

namespace tacho {
namespace {

const std::string kRecordColumns =
    "m.id, g.hash, m.batch, p.name, m.latency_ms, m.stddev_ms, m.runs, m.measured_at_ms, e.host, "
    "e.facts, m.source, m.model, m.stage, m.network";
const std::string kRecordTables =
    " FROM measurements m JOIN graphs g ON g.id = m.graph JOIN platforms p ON p.id = m.platform "
    "JOIN environments e ON e.id = m.environment";
constexpr int kMaxAttempts = 10;       // of a transaction that meets deadlocks
constexpr size_t kSamplesColumn = 14;  // behind the others, where it is asked for

template <typename T>
SqlValue or_null(const std::optional<T>& value) {
  return value ? SqlValue(*value) : SqlValue();
}

std::string float32_bytes(const std::vector<double>& samples) {
  std::string bytes;
  for (const double sample : samples) {
    const auto small = static_cast<float>(sample);
    char four[4];
    std::memcpy(four, &small, 4);  // little-endian, as all our hosts are
    bytes.append(four, 4);
  }
  return bytes;
}

std::vector<double> from_float32_bytes(const std::string& bytes) {
  std::vector<double> samples(bytes.size() / 4);
  for (size_t i = 0; i < samples.size(); ++i) {
    float small;
    std::memcpy(&small, bytes.data() + 4 * i, 4);
    samples[i] = small;
  }
  return samples;
}

GraphHash hash_from(const std::string& hex) {
  const std::optional<GraphHash> hash = GraphHash::from_hex(hex);
  if (!hash) throw Error("graph hash '" + hex + "' is none; the database is damaged");
  return *hash;
}

LatencyRecord record_from(const SqlRow& row) {
  LatencyRecord m;
  m.id = row.text(0);
  m.key = {hash_from(row.text(1)), row.integer(2)};
  m.platform = row.text(3);
  m.latency_ms = row.real(4);
  if (!row.is_null(5)) m.stddev_ms = row.real(5);
  if (!row.is_null(6)) m.runs = row.integer(6);
  if (!row.is_null(7)) m.measured_at_ms = row.integer(7);
  m.host = row.text(8);
  const auto facts = nlohmann::json::parse(row.text(9), nullptr, false);
  if (facts.is_object()) {
    for (const auto& [key, value] : facts.items()) {
      if (value.is_string()) m.facts[key] = value.get<std::string>();
    }
  }
  m.source = row.text(10);
  m.model = row.text(11);
  m.stage = row.text(12);
  m.network = row.text(13);
  if (row.values.size() > kSamplesColumn) {
    m.samples_ms = from_float32_bytes(row.blob(kSamplesColumn));
  }
  return m;
}

/// What its row in environments is made of.
struct Environment {
  std::string digest;
  std::string facts;  // JSON
};

Environment environment_of(const LatencyRecord& m) {
  const std::string facts =
      nlohmann::json(m.facts).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  GraphHash digest;
  for (uint64_t* half : {&digest.high, &digest.low}) {
    Fnv1a hash;
    hash.add_integer(half == &digest.high ? 1 : 2);
    hash.add_text(m.host);
    hash.add_text(facts);
    *half = splitmix64(hash.value());
  }
  return {digest.hex(), facts};
}

StoredGraph graph_from(const SqlRow& row) {
  StoredGraph graph{hash_from(row.text(0)), row.text(1), row.text(2), ""};
  if (!graph.form.empty()) graph.body = decompressed(row.blob(3));
  return graph;
}

}  // namespace

LatencyDb::LatencyDb(const std::string& address, SqlAccess access)
    : sql_(connect_sql(address, access)) {
  if (access == SqlAccess::kWrite) {
    prepare_schema(*sql_);
  } else {
    if (!check_schema(*sql_)) throw NoLatencyDb(name() + ": is empty, no latency database");
  }
}

bool LatencyDb::in_transaction(const std::function<bool()>& body) {
  const auto forget = [&] {  // rows that were undone
    graph_rows_.clear();
    platform_rows_.clear();
    environment_rows_.clear();
  };
  for (int attempt = 1;; ++attempt) {
    try {
      SqlTransaction transaction(*sql_);
      const bool wanted = body();
      if (wanted) {
        transaction.commit();
      } else {
        forget();
      }
      return wanted;
    } catch (const SqlBusy&) {  // in PostgreSQL: the victim of a deadlock, which is undone
      forget();
      if (sql_->dialect() == SqlDialect::kSqlite || attempt == kMaxAttempts) throw;
    } catch (...) {
      forget();
      throw;
    }
  }
}

int64_t LatencyDb::row_of(std::unordered_map<std::string, int64_t>& known, const std::string& key,
                          const std::string& insert, const std::string& select,
                          const std::vector<SqlValue>& values) {
  const auto seen = known.find(key);
  if (seen != known.end()) return seen->second;
  sql_->run(insert, values);
  SqlRow row;
  if (!sql_->first(select, {key}, row)) throw Error(name() + ": lost a row that it was given");
  return known.emplace(key, row.integer(0)).first->second;
}

int64_t LatencyDb::graph_row(const GraphHash& hash, const std::string& name) {
  return row_of(graph_rows_, hash.hex(),
                "INSERT INTO graphs (hash, name) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING",
                "SELECT id FROM graphs WHERE hash = $1", {hash.hex(), name});
}

int64_t LatencyDb::platform_row(const std::string& name) {
  return row_of(platform_rows_, name,
                "INSERT INTO platforms (name) VALUES ($1) ON CONFLICT (name) DO NOTHING",
                "SELECT id FROM platforms WHERE name = $1", {name});
}

int64_t LatencyDb::environment_row(const LatencyRecord& m) {
  const Environment e = environment_of(m);
  return row_of(environment_rows_, e.digest,
                "INSERT INTO environments (digest, host, facts) VALUES ($1, $2, $3) "
                "ON CONFLICT (digest) DO NOTHING",
                "SELECT id FROM environments WHERE digest = $1", {e.digest, m.host, e.facts});
}

void LatencyDb::add_body(const StoredGraph& graph) {
  const int64_t row = graph_row(graph.hash, graph.name);
  if (graph.form.empty()) return;
  SqlRow there;
  if (sql_->first("SELECT 1 FROM graphs WHERE id = $1 AND form IS NOT NULL", {row}, there)) return;
  sql_->run("UPDATE graphs SET form = $2, body = $3 WHERE id = $1",
            {row, graph.form, SqlBlob{compressed(graph.body)}});
}

bool LatencyDb::insert(const LatencyRecord& m) {
  const int64_t graph = graph_row(m.key.hash, m.model);
  const int64_t platform = platform_row(m.platform);
  const int64_t environment = environment_row(m);
  const SqlValue samples =
      m.samples_ms.empty() ? SqlValue() : SqlValue(SqlBlob{float32_bytes(m.samples_ms)});
  const bool is_new =
      sql_->run(
          "INSERT INTO measurements (id, graph, batch, platform, latency_ms, stddev_ms, runs, "
          "samples_ms, measured_at_ms, added_at_ms, environment, source, model, stage, network) "
          "VALUES "
          "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) "
          "ON CONFLICT (id) DO NOTHING",
          {m.id, graph, m.key.batch, platform, m.latency_ms, or_null(m.stddev_ms), or_null(m.runs),
           samples, or_null(m.measured_at_ms), now_ms(), environment, m.source, m.model, m.stage,
           m.network}) > 0;
  if (is_new) return true;
  SqlRow same;
  if (!sql_->first("SELECT 1 FROM measurements WHERE id = $1 AND graph = $2 AND batch = $3 AND "
                   "platform = $4 AND latency_ms = $5",
                   {m.id, graph, m.key.batch, platform, m.latency_ms}, same)) {
    throw Error(name() + ": has a measurement " + m.id +
                ", but of another network, batch size, platform or latency than that of '" +
                m.model + "' at batch " + std::to_string(m.key.batch) + " on " + m.platform +
                "; nothing of this was stored (was the file edited? Rows without an id get one)");
  }
  return false;
}

void LatencyDb::add_names_in_order(const std::vector<LatencyRecord>& measurements,
                                   const std::vector<StoredGraph>& graphs) {
  std::map<GraphHash, std::string> names;
  std::set<std::string> platforms;
  std::map<std::string, const LatencyRecord*> environments;  // by digest
  for (const StoredGraph& graph : graphs) names.emplace(graph.hash, graph.name);
  for (const LatencyRecord& m : measurements) {
    names.emplace(m.key.hash, m.model);
    platforms.insert(m.platform);
    environments.emplace(environment_of(m).digest, &m);
  }
  for (const auto& [hash, name] : names) graph_row(hash, name);
  for (const std::string& platform : platforms) platform_row(platform);
  for (const auto& [digest, m] : environments) environment_row(*m);
  std::vector<const StoredGraph*> sorted;
  for (const StoredGraph& graph : graphs) sorted.push_back(&graph);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->hash < b->hash; });
  for (const StoredGraph* graph : sorted) add_body(*graph);
}

size_t LatencyDb::add(const std::vector<LatencyRecord>& measurements,
                      const std::vector<StoredGraph>& graphs) {
  size_t added = 0;
  in_transaction([&] {
    added = 0;
    add_names_in_order(measurements, graphs);
    for (const LatencyRecord& m : measurements) added += insert(m) ? 1 : 0;
    return true;
  });
  return added;
}

std::vector<LatencyRecord> LatencyDb::find(const GraphKey& key, const std::string& platform) {
  std::vector<LatencyRecord> found;
  sql_->run("SELECT " + kRecordColumns + kRecordTables +
                " WHERE m.graph = (SELECT id FROM graphs WHERE hash = $1) AND m.batch = $2 AND "
                "m.platform = (SELECT id FROM platforms WHERE name = $3) "
                "ORDER BY m.measured_at_ms DESC NULLS LAST, m.seq DESC",
            {key.hash.hex(), key.batch, platform},
            [&](const SqlRow& row) { found.push_back(record_from(row)); });
  return found;
}

std::optional<LatencyRecord> LatencyDb::find_by_id(const std::string& id) {
  SqlRow row;
  if (!sql_->first(
          "SELECT " + kRecordColumns + ", m.samples_ms" + kRecordTables + " WHERE m.id = $1", {id},
          row)) {
    return std::nullopt;
  }
  return with_context(name(), [&] { return record_from(row); });
}

void LatencyDb::for_each(const RecordFilter& filter,
                         const std::function<void(const LatencyRecord&)>& visit) {
  std::string where;
  std::vector<SqlValue> values;
  for (const std::string& platform : filter.platforms) {
    values.emplace_back(platform);
    where += (where.empty() ? " WHERE p.name IN (" : ", ") + ("$" + std::to_string(values.size()));
  }
  if (!where.empty()) where += ")";
  if (filter.latest_only) {
    where += where.empty() ? " WHERE " : " AND ";
    where +=
        "m.seq = (SELECT n.seq FROM measurements n WHERE n.graph = m.graph AND "
        "n.batch = m.batch AND n.platform = m.platform "
        "ORDER BY n.measured_at_ms DESC NULLS LAST, n.seq DESC LIMIT 1)";
  }
  sql_->run(
      "SELECT " + kRecordColumns + ", m.samples_ms" + kRecordTables + where + " ORDER BY m.seq",
      values, [&](const SqlRow& row) { visit(record_from(row)); });
}

std::optional<StoredGraph> LatencyDb::find_graph(const GraphHash& hash) {
  SqlRow row;
  if (!sql_->first("SELECT hash, name, form, body FROM graphs WHERE hash = $1", {hash.hex()}, row))
    return std::nullopt;
  return with_context(name(), [&] { return graph_from(row); });
}

void LatencyDb::for_each_graph(const std::function<void(const StoredGraph&)>& visit) {
  sql_->run("SELECT hash, name, form, body FROM graphs ORDER BY id", {},
            [&](const SqlRow& row) { visit(graph_from(row)); });
}

std::vector<std::string> LatencyDb::platforms() {
  std::vector<std::string> names;
  sql_->run("SELECT name FROM platforms ORDER BY name", {},
            [&](const SqlRow& row) { names.push_back(row.text(0)); });
  return names;
}

std::vector<PlatformMeasurements> LatencyDb::statistics() {
  std::vector<PlatformMeasurements> all;
  sql_->run(
      "SELECT p.name, count(*), count(DISTINCT m.graph), min(m.batch), max(m.batch), "
      "count(DISTINCT NULLIF(e.host, '')), min(m.measured_at_ms), max(m.measured_at_ms) "
      "FROM measurements m JOIN platforms p ON p.id = m.platform "
      "JOIN environments e ON e.id = m.environment GROUP BY p.name ORDER BY p.name",
      {}, [&](const SqlRow& row) {
        PlatformMeasurements s{row.text(0),
                               row.integer(1),
                               row.integer(2),
                               row.integer(3),
                               row.integer(4),
                               row.integer(5),
                               {},
                               {}};
        if (!row.is_null(6)) s.first_at_ms = row.integer(6);
        if (!row.is_null(7)) s.last_at_ms = row.integer(7);
        all.push_back(s);
      });
  return all;
}

int64_t LatencyDb::num_graphs(bool kept_only) {
  SqlRow row;
  sql_->first(
      std::string("SELECT count(*) FROM graphs") + (kept_only ? " WHERE form IS NOT NULL" : ""), {},
      row);
  return row.integer(0);
}

int64_t LatencyDb::num_measurements() {
  SqlRow row;
  sql_->first("SELECT count(*) FROM measurements", {}, row);
  return row.integer(0);
}

std::string latency_db_address(const std::string& asked) {
  if (!asked.empty()) return asked;
  const auto environment = [](const char* name) {
    const char* text = std::getenv(name);
    return std::string(text != nullptr ? text : "");
  };
  if (const std::string named = environment("TACHO_DB"); !named.empty()) return named;
  std::filesystem::path data = environment("XDG_DATA_HOME");
  if (data.empty() && !environment("HOME").empty()) {
    data = std::filesystem::path(environment("HOME")) / ".local" / "share";
  }
  if (data.empty())
    throw Error("no place for the latency database; name one with --db or $TACHO_DB");
  return (data / "tachograph" / "latency.sqlite").string();
}

}  // namespace tacho
