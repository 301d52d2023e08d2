// What the verbs that measure in workers have in common.
#pragma once

#include <string>
#include <vector>

#include "backends/environment.h"
#include "backends/measure.h"
#include "backends/worker/worker_pool.h"
#include "cli/arguments.h"

namespace tacho {

/// --time-limit, --memory-limit: of a model.
struct LimitOptions {
  double time_limit_s = 600;
  double memory_limit_gb = 0;  ///< 0: nine tenths of what is free, divided among those that run

  void add_to(CLI::App& app);
  /// Of each of so many models that are measured together.
  WorkerLimits of_each(size_t together) const;
};

/// --min-runs, --min-seconds and the limits.
struct MeasureProtocolOptions {
  MeasureOptions protocol;
  LimitOptions limits;

  void add_to(CLI::App& app);
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
