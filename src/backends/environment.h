// What a measurement depends on besides the model and the runtime: written beside every
// measurement.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace tacho {

struct Environment {
  std::string date;         ///< UTC, "2026-01-31T12:00:00Z"
  std::string host;         ///< its network name
  std::string system;       ///< "Linux 6.1.0 x86_64"
  std::string cpu;          ///< as its vendor calls it
  std::string pinned_to;    ///< "0-3,8"; "" if the process may use every processor
  std::string governor;     ///< of the first processor it may use; "" where the kernel shows none
  int usable_cpus = 1;      ///< that this process may use
  double load_average = 0;  ///< over the last minute: processes that run or wait to
  double memory_gb = 0;     ///< of the machine
  double available_gb = 0;  ///< of that, not in use
};

/// Of this process, now.
Environment environment();

/// Its fields by name, as text; those that are not known are left out.
std::map<std::string, std::string> facts_of(const Environment& environment);

/// What makes measurements here less certain than they could be, a line each with the mend: a busy
/// machine, a governor that changes the clock.
std::vector<std::string> concerns(const Environment& environment);

}  // namespace tacho
