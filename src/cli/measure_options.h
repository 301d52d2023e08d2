// What the verbs that measure in workers have in common.
#pragma once

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

/// Notices on stderr: what the machine's state does to measurements. Nothing for a backend that
/// does not run on this machine.
void print_concerns(const WorkerPool& pool);
/// A notice if the runs of a model lie far apart or its rounds never agreed.
void print_spread_notice(const std::string& model, const Timing& timing);

}  // namespace tacho
