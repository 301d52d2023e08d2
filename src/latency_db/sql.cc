#include "latency_db/sql.h"

#include "common/error.h"

namespace tacho {
namespace {

template <typename T>
const T& value_of(const SqlRow& row, size_t column, const T& null) {
  const SqlValue& value = row.values.at(column);
  if (value.index() == 0) return null;
  if (const T* found = std::get_if<T>(&value)) return *found;
  throw Error("column " + std::to_string(column + 1) +
              " of a row is of another type than it should be; the database is damaged");
}

}  // namespace

int64_t SqlRow::integer(size_t column) const {
  static const int64_t null = 0;
  return value_of(*this, column, null);
}

double SqlRow::real(size_t column) const {
  if (const auto* whole = std::get_if<int64_t>(&values.at(column))) {
    return static_cast<double>(*whole);
  }
  static const double null = 0;
  return value_of(*this, column, null);
}

const std::string& SqlRow::text(size_t column) const {
  static const std::string null;
  return value_of(*this, column, null);
}

const std::string& SqlRow::blob(size_t column) const {
  static const SqlBlob null;
  return value_of(*this, column, null).bytes;
}

bool SqlConnection::first(const std::string& sql, const std::vector<SqlValue>& parameters,
                          SqlRow& row) {
  bool found = false;
  run(sql, parameters, [&](const SqlRow& r) {
    if (!found) row = r;
    found = true;
  });
  return found;
}

SqlTransaction::SqlTransaction(SqlConnection& connection) : connection_(connection) {
  // Without IMMEDIATE, SQLite lets two begin and then refuses the second that writes.
  connection_.run_script(connection_.dialect() == SqlDialect::kSqlite ? "BEGIN IMMEDIATE"
                                                                      : "BEGIN");
}

SqlTransaction::~SqlTransaction() {
  if (!open_) return;
  try {
    connection_.run_script("ROLLBACK");
  } catch (const Error&) {  // the connection is gone, and with it the transaction
  }
}

void SqlTransaction::commit() {
  connection_.run_script("COMMIT");
  open_ = false;
}

bool is_postgres_address(const std::string& address) {
  return address.rfind("postgres://", 0) == 0 || address.rfind("postgresql://", 0) == 0;
}

std::unique_ptr<SqlConnection> connect_sql(const std::string& address, SqlAccess access) {
  return is_postgres_address(address) ? open_postgres(address) : open_sqlite(address, access);
}

}  // namespace tacho
