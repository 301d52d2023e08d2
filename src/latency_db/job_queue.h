// Measuring jobs for other machines, in PostgreSQL: who has no device puts a job there, and workers
// that have it take jobs one by one. A worker holds a job by a lease that it renews; when the lease
// runs out, because the worker is dead or cut off, another takes the job. A job's measurement and
// the job's end are one transaction that needs the lease, so that every job is in the record once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/error.h"
#include "latency_db/latency_db.h"

namespace tacho {

/// How a job is to be timed (as MeasureOptions, whose home is in backends/).
struct JobProtocol {
  int min_runs = 10;
  double min_seconds = 1.0;
};

struct NewJob {
  GraphKey key;
  std::string platform;
  std::string model;
  JobProtocol protocol;
};

/// What a worker took.
struct TakenJob {
  int64_t id = 0;
  std::string claim;  ///< what says that it is still ours
  StoredGraph graph;
  int64_t batch = 1;
  std::string platform;
  std::string model;
  JobProtocol protocol;
  int64_t attempt = 1;
};

/// How a job ended.
struct JobResult {
  int64_t id = 0;
  std::optional<LatencyRecord> measurement;
  std::string error;  ///< empty if there is a measurement
  Fault fault = Fault::kInput;
};

class JobQueue {
 public:
  /// A worker that takes a job down with it so often is not given it again.
  static constexpr int64_t kMaxAttempts = 3;

  /// The database must be PostgreSQL: throws Error (usage) if it is not.
  explicit JobQueue(LatencyDb& db);
  /// What is thrown then.
  static Error needs_postgres(const std::string& address);

  // The side that asks.

  /// The job's number. A job for the same network, batch and platform that has not ended is joined,
  /// whose protocol stays its first asker's.
  /// Throws Error if the graph is not kept in `graph`, as nobody could run it.
  int64_t add(const NewJob& job, const StoredGraph& graph);
  /// Which of `ids` have ended.
  std::vector<JobResult> ended(const std::vector<int64_t>& ids);
  /// Platforms of the workers that were seen within `seconds`.
  std::vector<std::string> offered(double seconds = 90);

  // The side that works.

  /// Says that the worker is there and what it offers; forgets those not heard of for a day.
  void announce(const std::string& worker, const std::vector<std::string>& platforms);
  void leave(const std::string& worker);
  /// The oldest job for one of `platforms` that nobody holds; nullopt if there is none.
  std::optional<TakenJob> take(const std::string& worker, const std::vector<std::string>& platforms,
                               double lease_seconds);
  /// False if the lease was lost: the job is another's.
  bool renew(const TakenJob& job, double lease_seconds);
  /// Ends the job and keeps its measurement; false, and nothing is kept, if the lease was lost.
  bool finish(const TakenJob& job, const LatencyRecord& measurement);
  /// Ends the job without one; false if the lease was lost.
  bool fail(const TakenJob& job, const Error& error);
  /// Waits until no other worker measures on `device`, and keeps it until release_device() or the
  /// connection's end. Calls `waiting` once, if it takes some seconds.
  void hold_device(const std::string& device, const std::function<void()>& waiting = {});
  void release_device(const std::string& device);

 private:
  LatencyDb& db_;
};

}  // namespace tacho
