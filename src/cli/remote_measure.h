// Measuring where the device is: jobs in the database, which workers of other machines take.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "backends/measure.h"
#include "cli/arguments.h"
#include "cli/db_option.h"
#include "cli/output.h"
#include "latency_db/job_queue.h"

namespace tacho {

/// What to measure elsewhere, and how.
struct RemoteSweep {
  std::string platform;
  std::vector<std::string> models;  ///< as expand_models() takes them
  BindOptions bind;
  MeasureOptions protocol;
};

/// Called for each result as it comes.
using VisitResult = std::function<void(const LatencyRecord&)>;

/// Queues a job for every model and waits for all of them; what fails is reported. Says once that
/// it waits for a worker, if none offers the platform. A run that is killed leaves its jobs queued,
/// and the next one joins them.
void measure_remotely(LatencyDb& db, const RemoteSweep& sweep, Faults& faults,
                      const VisitResult& visit);

/// `tacho measure` on a platform that no backend here is, with a database of PostgreSQL; false if
/// it is not this case, and then nothing was done.
bool measure_elsewhere(const DbOption& db, const RemoteSweep& sweep, const FormatOptions& format,
                       Faults& faults);

}  // namespace tacho
