// SQLite behind SqlConnection.
#include "common/error.h"
#include "latency_db/sql.h"

#ifdef TACHO_WITH_SQLITE
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unordered_map>

namespace tacho {
namespace {

namespace fs = std::filesystem;

// Many processes write measurements, each for a moment; a whole data set in one transaction takes
// seconds.
constexpr int kBusyTimeoutMs = 60000;

struct CloseStatement {
  void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
};
using Statement = std::unique_ptr<sqlite3_stmt, CloseStatement>;

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};

SqlValue column_value(sqlite3_stmt* s, int column) {
  const auto bytes = [&](const void* data) {
    const auto size = static_cast<size_t>(sqlite3_column_bytes(s, column));
    return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
  };
  switch (sqlite3_column_type(s, column)) {
    case SQLITE_INTEGER:
      return int64_t{sqlite3_column_int64(s, column)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(s, column);
    case SQLITE_TEXT:
      return bytes(sqlite3_column_text(s, column));
    case SQLITE_BLOB:
      return SqlBlob{bytes(sqlite3_column_blob(s, column))};
    default:
      return std::monostate();
  }
}

class SqliteConnection : public SqlConnection {
 public:
  SqliteConnection(std::string path, SqlAccess access)
      : path_(std::move(path)), is_read_(access == SqlAccess::kRead) {
    // A read-only file system has no room for the log's index, which readers need as well; a
    // database there changes no more, and is read as a plain file. Where only this user may not
    // write, another may be writing just now.
    const bool still =
        access == SqlAccess::kRead && is_read_only_mount() && !fs::exists(path_ + "-wal");
    sqlite3* db = nullptr;
    const int mode = access == SqlAccess::kRead ? SQLITE_OPEN_READONLY
                                                : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    const std::string uri = "file:" + escaped(path_) + (still ? "?immutable=1" : "");
    const int code = sqlite3_open_v2(uri.c_str(), &db, mode | SQLITE_OPEN_URI, nullptr);
    db_.reset(db);
    if (code != SQLITE_OK) fail(code);
    // SQLite falls back to reading where writing is not allowed.
    if (access == SqlAccess::kWrite && sqlite3_db_readonly(db, "main") == 1) fail(SQLITE_READONLY);
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, kBusyTimeoutMs);
    run_script("PRAGMA foreign_keys = ON");
    // Without FULL a power cut may take the latest commits with it: they were acknowledged.
    if (access == SqlAccess::kWrite) run_script("PRAGMA synchronous = FULL");
  }

  SqlDialect dialect() const override { return SqlDialect::kSqlite; }
  const std::string& name() const override { return path_; }

  int64_t run(const std::string& sql, const std::vector<SqlValue>& parameters,
              const VisitRow& visit) override {
    sqlite3_stmt* s = prepared(sql);
    struct Reset {
      sqlite3_stmt* s;
      ~Reset() { sqlite3_reset(s), sqlite3_clear_bindings(s); }
    } reset{s};
    for (size_t i = 0; i < parameters.size(); ++i) bind(s, i, parameters[i]);
    SqlRow row;
    row.values.resize(static_cast<size_t>(sqlite3_column_count(s)));
    int64_t rows = 0;
    for (int code = sqlite3_step(s); code != SQLITE_DONE; code = sqlite3_step(s)) {
      if (code != SQLITE_ROW) fail(code);
      ++rows;
      if (!visit) continue;
      for (size_t i = 0; i < row.values.size(); ++i) {
        row.values[i] = column_value(s, static_cast<int>(i));
      }
      with_context(path_, [&] { visit(row); });
    }
    return row.values.empty() ? sqlite3_changes64(db_.get()) : rows;
  }

  void run_script(const std::string& sql) override {
    const int code = sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code);
  }

 private:
  static std::string escaped(const std::string& path) {
    std::string text;
    for (const char c : path) {
      if (c == '%' || c == '?' || c == '#') {
        text += c == '%' ? "%25" : c == '?' ? "%3f" : "%23";
      } else {
        text += c;
      }
    }
    return text;
  }

  fs::path folder() const {
    const fs::path parent = fs::path(path_).parent_path();
    return parent.empty() ? "." : parent;
  }

  bool folder_is_writable() const {
    return ::faccessat(AT_FDCWD, folder().c_str(), W_OK, AT_EACCESS) == 0;
  }

  bool is_read_only_mount() const {
    struct statvfs mount {};
    return ::statvfs(folder().c_str(), &mount) == 0 && (mount.f_flag & ST_RDONLY) != 0;
  }

  sqlite3_stmt* prepared(const std::string& sql) {
    Statement& known = statements_[sql];
    if (known == nullptr) {
      sqlite3_stmt* s = nullptr;
      const int code = sqlite3_prepare_v3(db_.get(), sql.c_str(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &s, nullptr);
      if (code != SQLITE_OK) fail(code);
      known.reset(s);
    }
    return known.get();
  }

  void bind(sqlite3_stmt* s, size_t i, const SqlValue& value) {
    const int at = sqlite3_bind_parameter_index(s, ("$" + std::to_string(i + 1)).c_str());
    if (at == 0) return;
    int code = SQLITE_OK;
    if (const auto* whole = std::get_if<int64_t>(&value)) {
      code = sqlite3_bind_int64(s, at, *whole);
    } else if (const auto* real = std::get_if<double>(&value)) {
      code = sqlite3_bind_double(s, at, *real);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      code = sqlite3_bind_text64(s, at, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    } else if (const auto* blob = std::get_if<SqlBlob>(&value)) {
      code = sqlite3_bind_blob64(s, at, blob->bytes.data(), blob->bytes.size(), SQLITE_TRANSIENT);
    }
    if (code != SQLITE_OK) fail(code);
  }

  [[noreturn]] void fail(int code) const {
    const std::string reason = db_ != nullptr ? sqlite3_errmsg(db_.get()) : sqlite3_errstr(code);
    const int kind = code & 0xff;
    std::error_code problem;
    if (is_read_ && (kind == SQLITE_CANTOPEN || kind == SQLITE_READONLY) &&
        fs::is_regular_file(path_, problem) && !folder_is_writable()) {
      throw Error(path_ +
                  ": cannot be read: SQLite needs the right to write in its folder, where readers "
                  "and writers keep out of each other's way; have it granted, or read a copy");
    }
    switch (kind) {
      case SQLITE_NOTADB:
        throw Error(path_ + ": is not a latency database (nor any SQLite file)");
      case SQLITE_CORRUPT:
        throw Error(path_ + ": is damaged: " + reason +
                    "; restore it from a copy, or save what "
                    "can be read with: sqlite3 " +
                    path_ + " .recover");
      case SQLITE_READONLY:
      case SQLITE_PERM:
        throw Error(path_ + ": cannot be written: it, or its folder, is read-only");
      case SQLITE_FULL:
        throw Error(path_ + ": cannot be written: the disk is full; nothing of this was stored");
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
      case SQLITE_PROTOCOL:
        throw SqlBusy(path_ + ": another process has been writing for over " +
                      std::to_string(kBusyTimeoutMs / 1000) + " s; try again when it is done");
      case SQLITE_CANTOPEN: {
        const bool no_folder = !fs::exists(folder(), problem);
        const std::string why = fs::is_directory(path_, problem) ? "it is a folder"
                                : no_folder
                                    ? "its folder is not there"
                                    : std::strerror(db_ ? sqlite3_system_errno(db_.get()) : errno);
        throw Error(path_ + ": cannot be opened: " + why);
      }
      case SQLITE_IOERR: {
        const int system = db_ ? sqlite3_system_errno(db_.get()) : errno;
        throw Error(path_ + ": cannot be read or written: " + reason +
                    (system != 0 ? std::string(" (") + std::strerror(system) + ")" : ""));
      }
      default:
        throw Error(path_ + ": " + reason);
    }
  }

  std::string path_;
  bool is_read_;  // only
  std::unique_ptr<sqlite3, CloseDatabase> db_;
  std::unordered_map<std::string, Statement> statements_;  // goes before db_
};

}  // namespace

std::unique_ptr<SqlConnection> open_sqlite(const std::string& path, SqlAccess access) {
  std::error_code problem;
  if (access == SqlAccess::kRead && !fs::exists(path, problem)) {
    throw Error(path + ": no such file");
  }
  return std::make_unique<SqliteConnection>(path, access);
}

}  // namespace tacho

#else
namespace tacho {

std::unique_ptr<SqlConnection> open_sqlite(const std::string& path, SqlAccess) {
  throw Error(path + ": this build is without SQLite (Debian: libsqlite3-dev); build it again");
}

}  // namespace tacho
#endif
