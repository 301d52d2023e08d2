// What the verbs that measure in workers have in common.
#pragma once

#include <string>
#include <vector>

#include "backends/environment.h"
#include "backends/measure.h"
#include "backends/worker/worker_pool.h"
#include "cli/arguments.h"

namespace tacho {

/// --min-runs, --min-seconds, --time-limit, --memory-limit.
struct MeasureProtocolOptions {
  MeasureOptions protocol;
  double time_limit_s = 600;   ///< of a model
  double memory_limit_gb = 0;  ///< 0: nine tenths of what is available

  void add_to(CLI::App& app);
  WorkerLimits limits() const;
};

/// What the machine's state does to measurements, as notices: looked at before any is made, since
/// they load the machine themselves, and said once.
class Concerns {
 public:
  /// Nothing for a backend that does not run on this machine.
  void print_once(const WorkerPool& pool);

 private:
  std::vector<std::string> concerns_ = concerns(environment());
};

/// A notice if the runs of a model lie far apart or its rounds never agreed.
void print_spread_notice(const std::string& model, const Timing& timing);

}  // namespace tacho
