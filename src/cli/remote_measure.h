// Measuring where the device is: jobs in the database, which workers of other machines take.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/db_option.h"
#include "latency_db/job_queue.h"

namespace tacho {

/// Whether `tacho measure` asks other machines: the database is PostgreSQL, and `platform` is a
/// platform's name (not a backend's) that no backend here is.
bool is_measured_elsewhere(const DbOption& db, const std::string& platform);

/// Jobs of one platform for other machines. If this process is killed they stay queued, and the
/// next one that asks joins them.
class RemoteJobs {
 public:
  /// `db` must outlive it. Throws Error (usage) if it is not PostgreSQL.
  RemoteJobs(LatencyDb& db, std::string platform);

  /// Queues a job; `tag` is what wait() calls it by. Throws what JobQueue::add() throws.
  void ask(size_t tag, const NewJob& job, const StoredGraph& graph);
  /// Until all jobs have ended, each of which is visited as it does. Says so if no worker offers
  /// the platform.
  void wait(const std::function<void(size_t tag, const JobResult& result)>& visit);

 private:
  JobQueue queue_;
  std::string platform_;
  std::map<int64_t, std::vector<size_t>> waiting_;  // tags by job
};

}  // namespace tacho
