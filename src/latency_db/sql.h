// SQL as both databases speak it: statements with $1, $2, … for parameters, and rows of plain
// values. The only place where SQLite and PostgreSQL differ to the rest of this folder is schema.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "common/error.h"

namespace tacho {

/// Bytes that are not text.
struct SqlBlob {
  std::string bytes;
};

/// monostate: NULL.
using SqlValue = std::variant<std::monostate, int64_t, double, std::string, SqlBlob>;

struct SqlRow {
  std::vector<SqlValue> values;

  bool is_null(size_t column) const { return values.at(column).index() == 0; }
  /// Of NULL: 0, 0.0, "". Throws Error for a value of another type: a damaged database.
  int64_t integer(size_t column) const;
  double real(size_t column) const;
  const std::string& text(size_t column) const;
  const std::string& blob(size_t column) const;
};

using VisitRow = std::function<void(const SqlRow&)>;

enum class SqlDialect { kSqlite, kPostgres };

/// Another has what is needed: the same may succeed later. SQLite: another process writes;
/// PostgreSQL: a deadlock, or a lock_timeout that ran out.
class SqlBusy : public Error {
 public:
  using Error::Error;
};

/// One connection; not to be used by two threads at once. All functions throw Error beginning with
/// the database's name.
class SqlConnection {
 public:
  virtual ~SqlConnection() = default;
  virtual SqlDialect dialect() const = 0;
  /// As messages call it: a path, or an address without its password.
  virtual const std::string& name() const = 0;
  /// One statement; the number of rows that it changed or, of a SELECT, gave. `visit` must not use
  /// the connection.
  virtual int64_t run(const std::string& sql, const std::vector<SqlValue>& parameters = {},
                      const VisitRow& visit = {}) = 0;
  /// Several statements without parameters, apart by ';'.
  virtual void run_script(const std::string& sql) = 0;

  /// The first row, if there is one.
  bool first(const std::string& sql, const std::vector<SqlValue>& parameters, SqlRow& row);
};

/// All or nothing: what is not committed at the end of its life is undone. Waits for other writers.
class SqlTransaction {
 public:
  explicit SqlTransaction(SqlConnection& connection);
  ~SqlTransaction();
  SqlTransaction(const SqlTransaction&) = delete;
  SqlTransaction& operator=(const SqlTransaction&) = delete;
  /// What was done is on disk when it returns.
  void commit();

 private:
  SqlConnection& connection_;
  bool open_ = true;
};

enum class SqlAccess { kRead, kWrite };

/// `address`: the path of an SQLite file (made if it is not there and is to be written), or
/// "postgres://user:password@host:port/database". Throws Error: no such file, not a database,
/// refused, or that this build lacks SQLite or libpq.
std::unique_ptr<SqlConnection> connect_sql(const std::string& address, SqlAccess access);
bool is_postgres_address(const std::string& address);

// Of the two kinds; what connect_sql() chooses from.
std::unique_ptr<SqlConnection> open_sqlite(const std::string& path, SqlAccess access);
std::unique_ptr<SqlConnection> open_postgres(const std::string& address);

}  // namespace tacho
