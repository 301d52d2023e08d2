#include "cli/db_option.h"

#include <filesystem>

#include "common/error.h"

namespace tacho {

void DbOption::add_to(CLI::App& app) {
  app.add_option("--db", asked,
                 "The latency database: an SQLite file or postgres://user@host/database; default: "
                 "$TACHO_DB, else $XDG_DATA_HOME/tachograph/latency.sqlite")
      ->type_name("DB");
}

LatencyDb DbOption::open(SqlAccess access) const {
  const std::string address = latency_db_address(asked);
  const bool by_default = asked.empty() && !is_postgres_address(address);
  if (by_default && access == SqlAccess::kWrite) {
    const std::filesystem::path folder = std::filesystem::path(address).parent_path();
    std::error_code problem;
    if (!folder.empty()) std::filesystem::create_directories(folder, problem);
    if (problem) throw Error(folder.string() + ": cannot make this folder: " + problem.message());
  }
  return LatencyDb(address, access);
}

}  // namespace tacho
