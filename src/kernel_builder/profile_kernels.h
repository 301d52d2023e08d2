// Measures the configurations of a workspace that were not measured yet.
#pragma once

#include <functional>
#include <string>

#include "backends/backend.h"
#include "backends/measure.h"
#include "kernel_builder/kernel_group.h"
#include "kernel_builder/workspace.h"

namespace tacho {

struct ProfileOptions {
  MeasureOptions protocol;
  size_t most = 0;       ///< at most so many; 0: all
  size_t together = 32;  ///< so many take turns, so that a slow moment hits none alone
  /// By which slow phases are noticed where several take turns: groups measured in one are measured
  /// again at the end. Calls that share it are held to the same pace; null: a call has its own. The
  /// backend must outlive it.
  PaceKernel* pace = nullptr;
  bool retry_failed = false;  ///< also those that could not be measured before
  std::function<void(size_t done, size_t total)> progress;
};

struct ProfileOutcome {
  size_t measured = 0;
  size_t failed = 0;
  size_t measured_again = 0;  ///< groups that were measured in a slow phase
  size_t slow = 0;            ///< of them, those that were slow every time
  std::string first_failure;
};

/// "the machine was slow at times; 2 groups of kernels were measured again".
std::string slow_phases(const ProfileOutcome& outcome);

/// The latency written is the median of the runs, the spread their standard deviation. The results
/// of those that took turns go into profiled_<kernel>.json as soon as they are there, so that a
/// killed run goes on where it was. (Where measuring takes less time than writing the file, at the
/// latest after ten times as long as a write takes.) A configuration that the backend cannot run
/// gets an "error" instead of a latency, and the next one follows.
ProfileOutcome profile_kernels(const Workspace& workspace, const KernelType& type, Backend& backend,
                               const ProfileOptions& options);

}  // namespace tacho
