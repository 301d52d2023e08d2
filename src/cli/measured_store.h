// What a verb measures, on its way into the latency database.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "backends/measure.h"
#include "backends/worker/worker_pool.h"
#include "cli/db_option.h"
#include "graph_ir/infer/infer_shapes.h"

namespace tacho {

/// What was measured, on what.
struct MeasuredModel {
  std::string name;  ///< as the user called it
  std::string path;  ///< where the graph is read; no file or reference: it is not kept
  BindOptions bind;  ///< that the graph was inferred at
  std::string platform;
  std::string backend;  ///< "libtorch"
  std::map<std::string, std::string> facts;
};

/// The record of a measurement made now on this machine; "split_off" is among its facts where
/// another runtime computed a part. Facts that are of the moment (its date, the load) are left out:
/// what is left is the same for all measurements of an environment.
LatencyRecord record_of(const GraphKey& key, const MeasuredModel& model,
                        const MeasureResult& result);
/// The network as the database keeps it, called `name`; without its graph where `path` is no file
/// or reference that gives it.
StoredGraph kept_graph(const std::string& path, const std::string& name, const GraphKey& key,
                       const BindOptions& bind);

/// What stands beside every measurement of the pool: the machine, the backend's facts, "platform"
/// and "backend", with its options.
std::map<std::string, std::string> facts_of(const WorkerPool& pool);

/// --db of a verb that measures: does nothing unless it was given.
class MeasuredStore {
 public:
  /// Opens the database, so that what is wrong with it is known before anything runs.
  explicit MeasuredStore(const DbOption& option);
  bool is_open() const { return db_.has_value(); }
  /// Only if it is open.
  LatencyDb& db() { return *db_; }
  /// On disk when it returns. `graph` is as it was read, not inferred.
  void add(const Graph& graph, const MeasuredModel& model, const MeasureResult& result);

 private:
  std::optional<LatencyDb> db_;
};

}  // namespace tacho
