// The workers of one backend. A worker measures one model after the other; one that a model took
// down is replaced.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backends/measure.h"
#include "backends/worker/job.h"
#include "backends/worker/worker_process.h"
#include "common/error.h"

namespace tacho {

/// Load, first run and steady state are told apart: `load_ms` is from the graph to a model that is
/// ready to run (weights are made up within it), `timing.first_ms` the first run after that.
struct MeasureResult {
  Timing timing;
  double load_ms = 0;
  std::vector<std::string> split_off;  ///< what another runtime computed (Backend::split_off)
  std::optional<Error> error;          ///< instead of the rest
};

class WorkerPool {
 public:
  /// Opens the backend in a first worker. Throws Error: what it says why it is not available.
  explicit WorkerPool(std::string backend, const WorkerLimits& limits = {});

  const std::string& backend() const { return backend_; }  ///< "libtorch:threads=1"
  const std::string& name() const { return name_; }
  const std::string& platform() const { return platform_; }
  const std::map<std::string, std::string>& facts() const { return facts_; }

  /// Measures them together, each in a worker of its own, turns alternating. One result per job;
  /// what goes wrong with one, its worker's death included, is its error and nobody else's.
  std::vector<MeasureResult> measure(const std::vector<MeasureJob>& jobs,
                                     const MeasureOptions& options = {});

 private:
  WorkerProcess& worker(size_t i);

  std::string backend_, name_, platform_;
  std::map<std::string, std::string> facts_;
  WorkerLimits limits_;
  std::vector<std::unique_ptr<WorkerProcess>> workers_;
};

}  // namespace tacho
