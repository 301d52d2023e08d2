// --db: which latency database a verb uses.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "latency_db/latency_db.h"

namespace tacho {

struct DbOption {
  std::string asked;

  void add_to(CLI::App& app);
  /// Makes the default's folder if it is to be written. Throws Error.
  LatencyDb open(SqlAccess access) const;
};

}  // namespace tacho
