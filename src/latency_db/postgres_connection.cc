// PostgreSQL behind SqlConnection.
#include "common/error.h"
#include "common/exact_number.h"
#include "common/text.h"
#include "latency_db/libpq.h"
#include "latency_db/sql.h"

#ifdef TACHO_WITH_LIBPQ
#include <charconv>
#include <cstdlib>
#include <exception>
#include <unordered_map>

namespace tacho {
namespace {

// pg_type.oid of what we use; they never change.
enum Oid : uint32_t {
  kBool = 16,
  kBytea = 17,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kText = 25,
  kFloat4 = 700,
  kFloat8 = 701
};

// SQLSTATEs.
constexpr const char* kDeadlock = "40P01";
constexpr const char* kLockNotAvailable = "55P03";

struct ClearResult {
  void operator()(PGresult* r) const { libpq().clear(r); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

struct CloseConnection {
  void operator()(PGconn* c) const { libpq().finish(c); }
};

/// "postgres://user@host/database": what stands between the first ':' after the user and the '@' is
/// nobody's business.
std::string without_password(std::string address) {
  const size_t user = address.find("://") + 3;
  const size_t at = address.rfind('@', address.find('/', user));
  const size_t colon = address.find(':', user);
  if (at != std::string::npos && colon < at) address.erase(colon, at - colon);
  const size_t query = address.find('?');  // may hold a password as well
  return address.substr(0, query);
}

/// One line of libpq's several.
std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return printable(text);
}

SqlValue value_from_text(uint32_t type, const char* text, int length) {
  switch (type) {
    case kInt2:
    case kInt4:
    case kInt8:
      return int64_t{std::atoll(text)};
    case kBool:
      return int64_t{*text == 't'};
    case kFloat4:
    case kFloat8:
      return std::strtod(text, nullptr);
    case kBytea: {  // "\x0123…"
      SqlBlob blob;
      for (int i = 2; i + 1 < length; i += 2) {
        uint8_t byte = 0;
        std::from_chars(text + i, text + i + 2, byte, 16);
        blob.bytes.push_back(static_cast<char>(byte));
      }
      return blob;
    }
    default:
      return std::string(text, static_cast<size_t>(length));
  }
}

class PostgresConnection : public SqlConnection {
 public:
  explicit PostgresConnection(const std::string& address) : name_(without_password(address)) {
    // A later keyword is the stronger: the address may set its own time limit.
    const char* keywords[] = {"connect_timeout", "application_name", "keepalives_idle", "dbname",
                              nullptr};
    const char* values[] = {"10", "tacho", "30", address.c_str(), nullptr};
    connection_.reset(pq_.connectdbParams(keywords, values, 1));
    if (pq_.status(connection_.get()) != CONNECTION_OK) {
      throw Error(name_ + ": no connection: " + one_line(pq_.errorMessage(connection_.get())));
    }
    pq_.setNoticeProcessor(
        connection_.get(), [](void*, const char*) {}, nullptr);
    // How values are written must not depend on the server's configuration; and what a machine that
    // lost its power holds (locks, an open transaction) must go after a minute, not two hours.
    run_script(
        "SET bytea_output = hex; SET extra_float_digits = 1; SET tcp_keepalives_idle = 30; "
        "SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3");
  }

  SqlDialect dialect() const override { return SqlDialect::kPostgres; }
  const std::string& name() const override { return name_; }

  int64_t run(const std::string& sql, const std::vector<SqlValue>& parameters,
              const VisitRow& visit) override {
    const std::string& statement = prepared(sql, parameters);
    std::vector<std::string> texts(parameters.size());
    std::vector<const char*> data(parameters.size(), nullptr);
    std::vector<int> sizes(parameters.size(), 0), formats(parameters.size(), 0);
    for (size_t i = 0; i < parameters.size(); ++i) {
      const SqlValue& value = parameters[i];
      if (const auto* whole = std::get_if<int64_t>(&value)) texts[i] = std::to_string(*whole);
      if (const auto* real = std::get_if<double>(&value)) texts[i] = exact_number(*real);
      if (const auto* text = std::get_if<std::string>(&value)) texts[i] = *text;
      if (const auto* blob = std::get_if<SqlBlob>(&value)) texts[i] = blob->bytes, formats[i] = 1;
      if (value.index() != 0) data[i] = texts[i].c_str();
      sizes[i] = static_cast<int>(texts[i].size());
    }
    if (pq_.sendQueryPrepared(connection_.get(), statement.c_str(),
                              static_cast<int>(parameters.size()), data.data(), sizes.data(),
                              formats.data(), 0) != 1) {
      throw Error(name_ + ": " + one_line(pq_.errorMessage(connection_.get())));
    }
    pq_.setSingleRowMode(connection_.get());
    return take_results(visit);
  }

  void run_script(const std::string& sql) override {
    check(Result(pq_.exec(connection_.get(), sql.c_str())));
  }

 private:
  /// The statement's name on the server.
  const std::string& prepared(const std::string& sql, const std::vector<SqlValue>& parameters) {
    const auto known = statements_.find(sql);
    if (known != statements_.end()) return known->second;
    const std::string name = "s" + std::to_string(++num_prepared_);  // used up even if it fails
    check(Result(pq_.prepare(connection_.get(), name.c_str(), sql.c_str(),
                             static_cast<int>(parameters.size()), nullptr)));
    return statements_.emplace(sql, name).first->second;
  }

  /// Takes them all, whatever happens, so that the connection is free for the next statement.
  int64_t take_results(const VisitRow& visit) {
    int64_t rows = 0;
    std::exception_ptr fault;
    SqlRow row;
    while (Result result{pq_.getResult(connection_.get())}) {
      if (fault) continue;
      try {
        check(result);
        rows += take_rows(result.get(), row, visit);
        const std::string changed = pq_.cmdTuples(result.get());
        const bool is_select = pq_.nfields(result.get()) > 0;
        if (!is_select && !changed.empty()) rows = std::atoll(changed.c_str());
      } catch (const Error&) {
        fault = std::current_exception();
      }
    }
    if (fault) std::rethrow_exception(fault);
    return rows;
  }

  int64_t take_rows(PGresult* result, SqlRow& row, const VisitRow& visit) {
    const int rows = pq_.ntuples(result), columns = pq_.nfields(result);
    if (!visit) return rows;
    for (int r = 0; r < rows; ++r) {
      row.values.assign(static_cast<size_t>(columns), std::monostate());
      for (int c = 0; c < columns; ++c) {
        if (pq_.getisnull(result, r, c) != 0) continue;
        row.values[static_cast<size_t>(c)] = value_from_text(
            pq_.ftype(result, c), pq_.getvalue(result, r, c), pq_.getlength(result, r, c));
      }
      with_context(name_, [&] { visit(row); });
    }
    return rows;
  }

  void check(const Result& result) const {
    const ExecStatusType status = pq_.resultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE) {
      return;
    }
    const char* message = pq_.resultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
    const std::string text =
        name_ + ": " + one_line(message != nullptr ? message : pq_.errorMessage(connection_.get()));
    const char* state = pq_.resultErrorField(result.get(), PG_DIAG_SQLSTATE);
    const std::string code = state != nullptr ? state : "";
    if (code == kDeadlock || code == kLockNotAvailable) throw SqlBusy(text);
    throw Error(text);
  }

  const Libpq& pq_ = libpq();
  std::string name_;
  std::unique_ptr<PGconn, CloseConnection> connection_;
  int64_t num_prepared_ = 0;
  std::unordered_map<std::string, std::string> statements_;  // SQL → its name on the server
};

}  // namespace

std::unique_ptr<SqlConnection> open_postgres(const std::string& address) {
  return std::make_unique<PostgresConnection>(address);
}

}  // namespace tacho

#else
namespace tacho {

std::unique_ptr<SqlConnection> open_postgres(const std::string&) {
  throw Error("this build is without PostgreSQL (Debian: libpq-dev); build it again");
}

}  // namespace tacho
#endif
