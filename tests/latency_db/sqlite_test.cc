// What may be wrong with a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "common/error.h"
#include "latency_db/test_database.h"

namespace tacho::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string error_of(const std::string& path, SqlAccess access) {
  try {
    LatencyDb db(path, access);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(SqliteFile, WhatIsNoDatabaseIsNotTouched) {
  const TemporaryFolder folder;
  const std::string text(5000, 'x');
  write_bytes(folder.file("f"), text);
  for (const SqlAccess access : {SqlAccess::kRead, SqlAccess::kWrite}) {
    EXPECT_EQ(error_of(folder.file("f"), access),
              folder.file("f") + ": is not a latency database (nor any SQLite file)");
  }
  EXPECT_EQ(read_bytes(folder.file("f")), text);
}

TEST(SqliteFile, AnotherProgramsDatabaseIsNotTouched) {
  const TemporaryFolder folder;
  connect_sql(folder.file("f"), SqlAccess::kWrite)->run_script("CREATE TABLE songs (name TEXT)");
  const std::string before = read_bytes(folder.file("f"));
  for (const SqlAccess access : {SqlAccess::kRead, SqlAccess::kWrite}) {
    EXPECT_THAT(error_of(folder.file("f"), access), HasSubstr("but no latency database"));
  }
  EXPECT_EQ(read_bytes(folder.file("f")), before);
}

TEST(SqliteFile, AMissingOneIsMadeByWritersOnly) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of(folder.file("f"), SqlAccess::kRead), folder.file("f") + ": no such file");
  EXPECT_FALSE(fs::exists(folder.file("f")));
  EXPECT_EQ(error_of(folder.file("f"), SqlAccess::kWrite), "");
  EXPECT_TRUE(fs::exists(folder.file("f")));
  EXPECT_THAT(error_of(folder.file("no/f"), SqlAccess::kWrite),
              HasSubstr("cannot be opened: its folder is not there"));
  EXPECT_THAT(error_of(folder.file("."), SqlAccess::kWrite), HasSubstr("it is a folder"));
}

TEST(SqliteFile, ATruncatedOneIsDamaged) {
  const TemporaryFolder folder;
  const std::string path = folder.file("f");
  {
    LatencyDb db(path, SqlAccess::kWrite);
    for (int i = 0; i < 200; ++i) db.add({a_measurement("g" + std::to_string(i))});
  }
  fs::resize_file(path, fs::file_size(path) / 2);
  try {
    LatencyDb db(path, SqlAccess::kRead);
    db.for_each({}, [](const LatencyRecord&) {});
    FAIL() << "was read";
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), StartsWith(path + ": is damaged"));
  }
}

/// Root may write everything, so root becomes nobody for a while.
class Unprivileged {
 public:
  explicit Unprivileged(const std::vector<std::string>& paths) {
    if (::geteuid() != 0) return;
    for (const std::string& path : paths) EXPECT_EQ(::chown(path.c_str(), kNobody, kNobody), 0);
    was_root_ = ::seteuid(kNobody) == 0;
  }
  ~Unprivileged() {
    if (was_root_ && ::seteuid(0) != 0) std::abort();
  }

 private:
  static constexpr uid_t kNobody = 65534;
  bool was_root_ = false;
};

TEST(SqliteFile, AReadOnlyOneCanBeReadAndNotWritten) {
  const TemporaryFolder folder;
  const std::string path = folder.file("f");
  const LatencyRecord m = a_measurement();
  LatencyDb(path, SqlAccess::kWrite).add({m});
  const Unprivileged nobody({folder.file("."), path});
  fs::permissions(path, fs::perms::owner_read);
  EXPECT_EQ(LatencyDb(path, SqlAccess::kRead).find(m.key, m.platform).size(), 1);
  std::string error = error_of(path, SqlAccess::kWrite);
  if (error.empty()) {
    try {
      LatencyDb(path, SqlAccess::kWrite).add({a_measurement()});
    } catch (const Error& e) {
      error = e.what();
    }
  }
  EXPECT_THAT(error, HasSubstr("read-only"));
}

// Another may be writing: taken for a still file, the database would look damaged.
TEST(SqliteFile, InAFolderThatIsClosedToTheReaderItIsNotReadWhileItMayChange) {
  const TemporaryFolder folder;
  const std::string path = folder.file("f");
  LatencyDb(path, SqlAccess::kWrite).add({a_measurement()});
  const Unprivileged nobody({folder.file("."), path});
  fs::permissions(folder.file("."), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_THAT(error_of(path, SqlAccess::kRead),
              HasSubstr("f: cannot be read: SQLite needs the right to write in its folder"));
  fs::permissions(folder.file("."), fs::perms::owner_all);
}

TEST(SqliteFile, AReaderWhoMayNotWriteSeesWhatTheOwnerAddsMeanwhile) {
  const TemporaryFolder folder;
  const std::string path = folder.file("f");
  const LatencyRecord m = a_measurement(), n = a_measurement();
  LatencyDb owner(path, SqlAccess::kWrite);
  owner.add({m});
  const Unprivileged nobody({folder.file("."), path, path + "-wal", path + "-shm"});
  fs::permissions(folder.file("."), fs::perms::owner_read | fs::perms::owner_exec);
  {
    LatencyDb reader(path, SqlAccess::kRead);
    EXPECT_EQ(reader.find(m.key, m.platform).size(), 1);
    owner.add({n});
    EXPECT_EQ(reader.find(m.key, m.platform).size(), 2);
  }
  fs::permissions(folder.file("."), fs::perms::owner_all);
}

/// As version 1 left it: without what version 2 added.
void make_version_1(const std::string& path) {
  const auto sql = connect_sql(path, SqlAccess::kWrite);
  std::vector<std::string> added;
  sql->run(
      "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name NOT IN "
      "('measurements_are_kept', 'measurements_stay')",
      {}, [&](const SqlRow& row) { added.push_back(row.text(0)); });
  for (const std::string& name : added) sql->run_script("DROP TRIGGER " + name);
  sql->run_script("PRAGMA user_version = 1");
}

TEST(SqliteFile, OneOfAnOlderVersionIsReadAsItIsAndBroughtUpToDateByWriters) {
  const TemporaryFolder folder;
  const std::string path = folder.file("f");
  const LatencyRecord m = a_measurement();
  LatencyDb(path, SqlAccess::kWrite).add({m});
  make_version_1(path);
  EXPECT_EQ(LatencyDb(path, SqlAccess::kRead).find(m.key, m.platform).size(), 1);
  const auto plain = connect_sql(path, SqlAccess::kWrite);
  EXPECT_NO_THROW(plain->run_script("UPDATE platforms SET name = 'cpu-one'"));
  LatencyDb db(path, SqlAccess::kWrite);
  EXPECT_EQ(db.find(m.key, m.platform).size(), 1);
  EXPECT_THROW(plain->run_script("UPDATE platforms SET name = 'cpu-two'"), Error);
}

// A limit on the size of files stands for a full disk: what SQLite sees is a write that fails.
TEST(SqliteFile, WhereNothingCanBeWrittenNothingIsLost) {
  const TemporaryFolder folder;
  const std::string path = folder.file("f");
  const LatencyRecord first = a_measurement();
  LatencyDb(path, SqlAccess::kWrite).add({first});
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{200000, 200000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      LatencyDb db(path, SqlAccess::kWrite);
      LatencyRecord large = a_measurement();
      large.samples_ms.assign(1 << 20, 1.0);
      db.add({large});
    } catch (const Error& e) {
      ::_exit(std::string(e.what()).rfind(path + ": cannot be", 0) == 0 ? 42 : 43);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 42);
  LatencyDb db(path, SqlAccess::kWrite);
  EXPECT_EQ(db.find(first.key, first.platform).size(), 1);
  EXPECT_EQ(db.add({a_measurement()}), 1);
  EXPECT_EQ(db.find(first.key, first.platform).size(), 2);
}

TEST(PostgresAddress, FaultsDoNotShowThePassword) {
  const auto error_of_address = [](const std::string& address) {
    return error_of(address, SqlAccess::kRead);
  };
  const std::string refused =
      error_of_address("postgres://me:topsecret@127.0.0.1:1/db?connect_timeout=2");
  EXPECT_THAT(refused, HasSubstr("postgres://me@127.0.0.1:1/db: no connection: "));
  EXPECT_THAT(refused, HasSubstr("refused"));
  EXPECT_THAT(refused, ::testing::Not(HasSubstr("topsecret")));
  EXPECT_THAT(refused, ::testing::Not(HasSubstr("\n")));
  SKIP_WITHOUT_POSTGRES();
  std::string address = postgres_address();
  address.replace(address.find("secret"), 6, "wrong");
  EXPECT_THAT(error_of_address(address), HasSubstr("password authentication failed"));
  EXPECT_THAT(error_of_address(postgres_address("nowhere")),
              HasSubstr("\"nowhere\" does not exist"));
}

TEST(PostgresAddress, AnEmptyDatabaseIsNotOneToReadFrom) {
  SKIP_WITHOUT_POSTGRES();
  const TestDatabase database(Kind::kPostgres);
  EXPECT_THAT(error_of(database.address(), SqlAccess::kRead), HasSubstr("is empty"));
}

}  // namespace
}  // namespace tacho::testing
