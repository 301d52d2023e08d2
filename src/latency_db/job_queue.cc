#include "latency_db/job_queue.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/text.h"

namespace tacho {
namespace {

/// As string_to_array() takes it; platforms have no line breaks.
std::string lines_of(const std::vector<std::string>& names) { return join(names, "\n"); }

std::string text_of(const JobProtocol& protocol) {
  return nlohmann::json{{"min_runs", protocol.min_runs}, {"min_seconds", protocol.min_seconds}}
      .dump();
}

JobProtocol protocol_from(const std::string& text) {
  const nlohmann::json json = nlohmann::json::parse(text);
  return {json.at("min_runs").get<int>(), json.at("min_seconds").get<double>()};
}

}  // namespace

JobQueue::JobQueue(LatencyDb& db) : db_(db) {
  if (db.sql().dialect() != SqlDialect::kPostgres) throw needs_postgres(db.name());
}

Error JobQueue::needs_postgres(const std::string& address) {
  return Error(address + ": jobs for other machines need PostgreSQL: --db postgres://…",
               Fault::kUsage);
}

int64_t JobQueue::add(const NewJob& job, const StoredGraph& graph) {
  if (graph.form.empty()) {
    throw Error(
        "only what the database can keep can be measured elsewhere: a file or a reference, "
        "at the shapes that it declares");
  }
  SqlConnection& sql = db_.sql();
  // The open job may end between the two statements: then there is neither, and we try again.
  for (;;) {
    SqlRow row;
    bool found = false;
    db_.in_transaction([&] {
      db_.add_body(graph);
      const int64_t graph_row = db_.graph_row(job.key.hash, job.model);
      const int64_t platform_row = db_.platform_row(job.platform);
      found =
          sql.first(
              "INSERT INTO jobs (graph, batch, platform, model, protocol) VALUES "
              "($1, $2, $3, $4, $5) ON CONFLICT (graph, batch, platform) "
              "WHERE state IN ('queued', 'taken') DO NOTHING RETURNING id",
              {graph_row, job.key.batch, platform_row, job.model, text_of(job.protocol)}, row) ||
          sql.first(
              "SELECT id FROM jobs WHERE graph = $1 AND batch = $2 AND platform = $3 "
              "AND state IN ('queued', 'taken')",
              {graph_row, job.key.batch, platform_row}, row);
      return true;
    });
    if (found) return row.integer(0);
  }
}

std::vector<JobResult> JobQueue::ended(const std::vector<int64_t>& ids) {
  std::vector<std::string> texts;
  for (const int64_t id : ids) texts.push_back(std::to_string(id));
  std::vector<JobResult> results;
  std::vector<std::pair<size_t, std::string>> measured;  // place in results, measurement
  db_.sql().run(
      "SELECT id, error, unsupported, measurement FROM jobs WHERE state IN ('done', 'failed') "
      "AND id = ANY (string_to_array($1, ',')::bigint[]) ORDER BY finished_at, id",
      {join(texts, ",")}, [&](const SqlRow& row) {
        if (!row.is_null(3)) measured.emplace_back(results.size(), row.text(3));
        results.push_back({row.integer(0), std::nullopt, row.text(1),
                           row.integer(2) != 0 ? Fault::kUnsupported : Fault::kInput});
      });
  for (const auto& [place, id] : measured) results[place].measurement = db_.find_by_id(id);
  return results;
}

std::vector<std::string> JobQueue::offered(double seconds) {
  std::vector<std::string> platforms;
  db_.sql().run(
      "SELECT DISTINCT unnest(string_to_array(platforms, chr(10))) AS name FROM workers "
      "WHERE seen_at > now() - $1::float8 * interval '1 second' ORDER BY name",
      {seconds}, [&](const SqlRow& row) { platforms.push_back(row.text(0)); });
  return platforms;
}

void JobQueue::announce(const std::string& worker, const std::vector<std::string>& platforms) {
  db_.sql().run(
      "INSERT INTO workers (name, host, platforms) VALUES ($1, $2, $3) ON CONFLICT (name) "
      "DO UPDATE SET host = $2, platforms = $3, seen_at = now()",
      {worker, host_name(), lines_of(platforms)});
  db_.sql().run("DELETE FROM workers WHERE seen_at < now() - interval '1 day'");
}

void JobQueue::leave(const std::string& worker) {
  db_.sql().run("DELETE FROM workers WHERE name = $1", {worker});
}

std::optional<TakenJob> JobQueue::take(const std::string& worker,
                                       const std::vector<std::string>& platforms,
                                       double lease_seconds) {
  SqlConnection& sql = db_.sql();
  sql.run(
      "UPDATE jobs SET state = 'failed', finished_at = now(), error = "
      "'took ' || attempts || ' workers down with it, the last being ' || worker "
      "WHERE state = 'taken' AND lease_until < now() AND attempts >= $1",
      {kMaxAttempts});
  TakenJob job;
  job.claim = random_id();
  SqlRow row;
  if (!sql.first("UPDATE jobs SET state = 'taken', claim = $1, worker = $2, "
                 "attempts = attempts + 1, lease_until = now() + $3::float8 * interval '1 second' "
                 "WHERE id = (SELECT j.id FROM jobs j JOIN platforms p ON p.id = j.platform "
                 "WHERE (j.state = 'queued' OR (j.state = 'taken' AND j.lease_until < now())) AND "
                 "p.name = ANY (string_to_array($4, chr(10))) "
                 "ORDER BY j.id LIMIT 1 FOR UPDATE OF j SKIP LOCKED) "
                 "RETURNING id, batch, model, protocol, attempts, "
                 "(SELECT name FROM platforms WHERE id = platform), "
                 "(SELECT hash FROM graphs WHERE id = graph)",
                 {job.claim, worker, lease_seconds, lines_of(platforms)}, row)) {
    return std::nullopt;
  }
  job.id = row.integer(0);
  job.batch = row.integer(1);
  job.model = row.text(2);
  job.protocol = protocol_from(row.text(3));
  job.attempt = row.integer(4);
  job.platform = row.text(5);
  job.graph = db_.find_graph(GraphHash::from_hex(row.text(6)).value_or(GraphHash{})).value();
  return job;
}

bool JobQueue::renew(const TakenJob& job, double lease_seconds) {
  return db_.sql().run(
             "UPDATE jobs SET lease_until = now() + $3::float8 * interval '1 second' "
             "WHERE id = $1 AND claim = $2 AND state = 'taken'",
             {job.id, job.claim, lease_seconds}) > 0;
}

bool JobQueue::finish(const TakenJob& job, const LatencyRecord& measurement) {
  return db_.in_transaction([&] {
    // The measurement first, since the job refers to it; both go if the job is not ours any more.
    db_.insert(measurement);
    return db_.sql().run(
               "UPDATE jobs SET state = 'done', finished_at = now(), measurement = $3 "
               "WHERE id = $1 AND claim = $2 AND state = 'taken'",
               {job.id, job.claim, measurement.id}) > 0;
  });
}

bool JobQueue::fail(const TakenJob& job, const Error& error) {
  const int64_t unsupported = error.fault() == Fault::kUnsupported ? 1 : 0;
  return db_.sql().run(
             "UPDATE jobs SET state = 'failed', finished_at = now(), error = $3, "
             "unsupported = ($4::bigint = 1) "
             "WHERE id = $1 AND claim = $2 AND state = 'taken'",
             {job.id, job.claim, std::string(error.what()), unsupported}) > 0;
}

void JobQueue::hold_device(const std::string& device, const std::function<void()>& waiting) {
  const auto lock = [&] {
    db_.sql().run("SELECT pg_advisory_lock(hashtextextended($1, 0))", {"tachograph " + device});
  };
  db_.sql().run_script("SET lock_timeout = '5s'");
  bool held = true;
  try {
    lock();
  } catch (const SqlBusy&) {
    held = false;
  }
  db_.sql().run_script("SET lock_timeout = 0");
  if (held) return;
  if (waiting) waiting();
  lock();
}

void JobQueue::release_device(const std::string& device) {
  db_.sql().run("SELECT pg_advisory_unlock(hashtextextended($1, 0))", {"tachograph " + device});
}

}  // namespace tacho
