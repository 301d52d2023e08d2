#include "latency_db/schema.h"

#include <unistd.h>

#include "common/error.h"

namespace tacho {
namespace {

// "Tach"; what `file` shows of an SQLite database, and what tells ours from others.
constexpr int64_t kApplicationId = 0x54616368;

/// What every version added to the one before; all of them make a new database.
struct Step {
  const char* sqlite;
  const char* postgres;
};

constexpr Step kSteps[] = {{R"(
CREATE TABLE graphs (
  id   INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  form TEXT CHECK (form IN ('onnx', 'reference')),
  body BLOB);
CREATE TABLE platforms (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE);
CREATE TABLE environments (
  id     INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  host   TEXT NOT NULL,
  facts  TEXT NOT NULL);
CREATE TABLE measurements (
  seq            INTEGER PRIMARY KEY AUTOINCREMENT,
  id             TEXT NOT NULL UNIQUE,
  graph          INTEGER NOT NULL REFERENCES graphs (id),
  batch          INTEGER NOT NULL CHECK (batch >= 1),
  platform       INTEGER NOT NULL REFERENCES platforms (id),
  latency_ms     REAL NOT NULL CHECK (latency_ms > 0),
  stddev_ms      REAL,
  runs           INTEGER,
  samples_ms     BLOB,
  measured_at_ms INTEGER,
  added_at_ms    INTEGER NOT NULL,
  environment    INTEGER NOT NULL REFERENCES environments (id),
  source         TEXT NOT NULL,
  model          TEXT NOT NULL,
  network        TEXT NOT NULL,
  stage          TEXT NOT NULL);
CREATE INDEX measurements_by_key ON measurements (graph, batch, platform);
CREATE TRIGGER measurements_are_kept BEFORE DELETE ON measurements
  BEGIN SELECT RAISE(ABORT, 'measurements are never deleted'); END;
CREATE TRIGGER measurements_stay BEFORE UPDATE ON measurements
  BEGIN SELECT RAISE(ABORT, 'measurements are never changed'); END;
CREATE VIEW latest AS
  SELECT g.hash AS graph, m.batch, p.name AS platform, m.latency_ms, m.stddev_ms, m.runs,
         datetime(m.measured_at_ms / 1000, 'unixepoch') AS measured_at, e.host, m.source, m.model,
         m.id
  FROM measurements m JOIN graphs g ON g.id = m.graph JOIN platforms p ON p.id = m.platform
       JOIN environments e ON e.id = m.environment
  WHERE m.seq = (SELECT n.seq FROM measurements n
                 WHERE n.graph = m.graph AND n.batch = m.batch AND n.platform = m.platform
                 ORDER BY n.measured_at_ms DESC NULLS LAST, n.seq DESC LIMIT 1);
)",
                            R"(
CREATE TABLE graphs (
  id   BIGSERIAL PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  form TEXT CHECK (form IN ('onnx', 'reference')),
  body BYTEA);
CREATE TABLE platforms (
  id   BIGSERIAL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE);
CREATE TABLE environments (
  id     BIGSERIAL PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  host   TEXT NOT NULL,
  facts  TEXT NOT NULL);
CREATE TABLE measurements (
  seq            BIGSERIAL PRIMARY KEY,
  id             TEXT NOT NULL UNIQUE,
  graph          BIGINT NOT NULL REFERENCES graphs (id),
  batch          BIGINT NOT NULL CHECK (batch >= 1),
  platform       BIGINT NOT NULL REFERENCES platforms (id),
  latency_ms     DOUBLE PRECISION NOT NULL CHECK (latency_ms > 0),
  stddev_ms      DOUBLE PRECISION,
  runs           BIGINT,
  samples_ms     BYTEA,
  measured_at_ms BIGINT,
  added_at_ms    BIGINT NOT NULL,
  environment    BIGINT NOT NULL REFERENCES environments (id),
  source         TEXT NOT NULL,
  model          TEXT NOT NULL,
  network        TEXT NOT NULL,
  stage          TEXT NOT NULL);
CREATE INDEX measurements_by_key ON measurements (graph, batch, platform);
CREATE FUNCTION keep_measurements() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'measurements are never changed or deleted'; END $$;
CREATE TRIGGER measurements_are_kept BEFORE UPDATE OR DELETE ON measurements
  FOR EACH ROW EXECUTE FUNCTION keep_measurements();
CREATE VIEW latest AS
  SELECT DISTINCT ON (m.graph, m.batch, m.platform)
         g.hash AS graph, m.batch, p.name AS platform, m.latency_ms, m.stddev_ms, m.runs,
         to_timestamp(m.measured_at_ms / 1000.0) AS measured_at, e.host, m.source, m.model, m.id
  FROM measurements m JOIN graphs g ON g.id = m.graph JOIN platforms p ON p.id = m.platform
       JOIN environments e ON e.id = m.environment
  ORDER BY m.graph, m.batch, m.platform, m.measured_at_ms DESC NULLS LAST, m.seq DESC;
CREATE TABLE jobs (
  id          BIGSERIAL PRIMARY KEY,
  graph       BIGINT NOT NULL REFERENCES graphs (id),
  batch       BIGINT NOT NULL,
  platform    BIGINT NOT NULL REFERENCES platforms (id),
  model       TEXT NOT NULL,
  protocol    TEXT NOT NULL,
  state       TEXT NOT NULL DEFAULT 'queued'
              CHECK (state IN ('queued', 'taken', 'done', 'failed')),
  attempts    BIGINT NOT NULL DEFAULT 0,
  claim       TEXT,
  worker      TEXT,
  lease_until TIMESTAMPTZ,
  queued_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
  finished_at TIMESTAMPTZ,
  measurement TEXT REFERENCES measurements (id),
  error       TEXT,
  unsupported BOOLEAN NOT NULL DEFAULT false);
CREATE UNIQUE INDEX jobs_open ON jobs (graph, batch, platform)
  WHERE state IN ('queued', 'taken');
CREATE INDEX jobs_waiting ON jobs (id) WHERE state IN ('queued', 'taken');
CREATE TABLE workers (
  name      TEXT PRIMARY KEY,
  host      TEXT NOT NULL,
  platforms TEXT NOT NULL,
  seen_at   TIMESTAMPTZ NOT NULL DEFAULT now());
CREATE TABLE meta (schema_version BIGINT NOT NULL);
INSERT INTO meta VALUES (0);
)"},
                           // What was measured cannot be taken away by other ways either.
                           {R"(
-- INSERT OR REPLACE deletes without the triggers on DELETE.
CREATE TRIGGER measurements_are_not_replaced BEFORE INSERT ON measurements
  WHEN EXISTS (SELECT 1 FROM measurements WHERE id = NEW.id OR seq = NEW.seq)
  BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER graphs_are_not_replaced BEFORE INSERT ON graphs
  WHEN EXISTS (SELECT 1 FROM graphs WHERE hash = NEW.hash OR id = NEW.id)
  BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER graphs_are_kept BEFORE DELETE ON graphs
  BEGIN SELECT RAISE(ABORT, 'graphs are never deleted'); END;
CREATE TRIGGER graphs_stay BEFORE UPDATE ON graphs
  WHEN OLD.id <> NEW.id OR OLD.hash <> NEW.hash OR OLD.form IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'graphs are never changed'); END;
CREATE TRIGGER platforms_are_not_replaced BEFORE INSERT ON platforms
  WHEN EXISTS (SELECT 1 FROM platforms WHERE name = NEW.name OR id = NEW.id)
  BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER platforms_are_kept BEFORE DELETE ON platforms
  BEGIN SELECT RAISE(ABORT, 'platforms are never deleted'); END;
CREATE TRIGGER platforms_stay BEFORE UPDATE ON platforms
  BEGIN SELECT RAISE(ABORT, 'platforms are never changed'); END;
CREATE TRIGGER environments_are_not_replaced BEFORE INSERT ON environments
  WHEN EXISTS (SELECT 1 FROM environments WHERE digest = NEW.digest OR id = NEW.id)
  BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER environments_are_kept BEFORE DELETE ON environments
  BEGIN SELECT RAISE(ABORT, 'environments are never deleted'); END;
CREATE TRIGGER environments_stay BEFORE UPDATE ON environments
  BEGIN SELECT RAISE(ABORT, 'environments are never changed'); END;
)",
                            R"(
CREATE FUNCTION keep_rows() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION '% are never changed or deleted', TG_TABLE_NAME; END $$;
CREATE TRIGGER graphs_stay BEFORE UPDATE ON graphs FOR EACH ROW
  WHEN (OLD.id <> NEW.id OR OLD.hash <> NEW.hash OR OLD.form IS NOT NULL)
  EXECUTE FUNCTION keep_rows();
CREATE TRIGGER graphs_are_kept BEFORE DELETE ON graphs
  FOR EACH ROW EXECUTE FUNCTION keep_rows();
CREATE TRIGGER platforms_are_kept BEFORE UPDATE OR DELETE ON platforms
  FOR EACH ROW EXECUTE FUNCTION keep_rows();
CREATE TRIGGER environments_are_kept BEFORE UPDATE OR DELETE ON environments
  FOR EACH ROW EXECUTE FUNCTION keep_rows();
CREATE TRIGGER measurements_are_not_truncated BEFORE TRUNCATE ON measurements
  FOR EACH STATEMENT EXECUTE FUNCTION keep_rows();
CREATE TRIGGER graphs_are_not_truncated BEFORE TRUNCATE ON graphs
  FOR EACH STATEMENT EXECUTE FUNCTION keep_rows();
CREATE TRIGGER platforms_are_not_truncated BEFORE TRUNCATE ON platforms
  FOR EACH STATEMENT EXECUTE FUNCTION keep_rows();
CREATE TRIGGER environments_are_not_truncated BEFORE TRUNCATE ON environments
  FOR EACH STATEMENT EXECUTE FUNCTION keep_rows();
)"}};
static_assert(sizeof kSteps / sizeof *kSteps == kDbSchemaVersion);

int64_t number_of(SqlConnection& sql, const std::string& query) {
  SqlRow row;
  return sql.first(query, {}, row) ? row.integer(0) : 0;
}

/// The version of the tables that are there; 0: there are none.
int64_t version_of(SqlConnection& sql) {
  if (sql.dialect() == SqlDialect::kPostgres) {
    const bool there =
        number_of(sql,
                  "SELECT count(*) FROM pg_tables WHERE schemaname = 'tachograph' AND "
                  "tablename = 'meta'") > 0;
    return there ? number_of(sql, "SELECT schema_version FROM tachograph.meta") : 0;
  }
  const int64_t version = number_of(sql, "PRAGMA user_version");
  const bool empty = number_of(sql, "SELECT count(*) FROM sqlite_schema") == 0;
  if (!empty && number_of(sql, "PRAGMA application_id") != kApplicationId) {
    throw Error(sql.name() + ": is an SQLite database, but no latency database");
  }
  return version;
}

[[noreturn]] void too_new(const SqlConnection& sql, int64_t version) {
  throw Error(sql.name() + ": was written by a newer Tachograph (its tables have version " +
              std::to_string(version) + ", this one knows " + std::to_string(kDbSchemaVersion) +
              "); update Tachograph");
}

void take_steps(SqlConnection& sql) {
  const bool postgres = sql.dialect() == SqlDialect::kPostgres;
  SqlTransaction transaction(sql);
  // SQLite's transaction keeps others out by itself.
  if (postgres) sql.run("SELECT pg_advisory_xact_lock(" + std::to_string(kApplicationId) + ")");
  const int64_t version = version_of(sql);
  if (version > kDbSchemaVersion) too_new(sql, version);
  if (version == kDbSchemaVersion) return;  // another process was faster
  if (postgres) sql.run_script("CREATE SCHEMA IF NOT EXISTS tachograph");
  if (postgres) sql.run_script("SET search_path TO tachograph");
  for (int64_t step = version; step < kDbSchemaVersion; ++step) {
    sql.run_script(postgres ? kSteps[step].postgres : kSteps[step].sqlite);
  }
  const std::string now = std::to_string(kDbSchemaVersion);
  if (postgres) {
    sql.run_script("UPDATE meta SET schema_version = " + now);
  } else {
    sql.run_script("PRAGMA application_id = " + std::to_string(kApplicationId) +
                   "; PRAGMA user_version = " + now);
  }
  transaction.commit();
}

/// Readers then never wait for a writer. It is a property of the file and stays. SQLite's own
/// waiting does not cover this change, for which nobody else may have the file open.
void use_write_ahead_log(SqlConnection& sql) {
  constexpr int kTries = 500;
  constexpr int kPauseUs = 20000;
  for (int i = 1;; ++i) {
    try {
      sql.run_script("PRAGMA journal_mode = WAL");
      return;
    } catch (const SqlBusy&) {
      if (i == kTries) throw;
      ::usleep(kPauseUs);
    }
  }
}

}  // namespace

void prepare_schema(SqlConnection& sql) {
  const int64_t version = version_of(sql);
  if (version > kDbSchemaVersion) too_new(sql, version);
  if (version < kDbSchemaVersion) {
    if (sql.dialect() == SqlDialect::kSqlite) use_write_ahead_log(sql);
    take_steps(sql);
  }
  if (sql.dialect() == SqlDialect::kPostgres) sql.run_script("SET search_path TO tachograph");
}

bool check_schema(SqlConnection& sql) {
  const int64_t version = version_of(sql);
  if (version > kDbSchemaVersion) too_new(sql, version);
  if (version == 0) return false;
  if (version < kOldestReadableDbSchema) {
    throw Error(sql.name() +
                ": was written by an older Tachograph; any verb that writes to it, "
                "as tacho db merge, brings it up to date");
  }
  if (sql.dialect() == SqlDialect::kPostgres) sql.run_script("SET search_path TO tachograph");
  return true;
}

}  // namespace tacho
