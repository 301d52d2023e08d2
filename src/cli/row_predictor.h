// Predictions for the rows of a file, each naming a graph, a batch size and a platform.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/predictor.h"
#include "graph_ir/fusion_rules.h"

namespace tacho {

struct RowQuery {
  std::string graph;
  int64_t batch = 1;
  std::string platform;
};

struct RowAnswer {
  double latency_ms = 0;
  double lower_ms = 0;
  double upper_ms = 0;
};

/// How the graphs of rows are found and lowered.
struct RowGraphs {
  std::string folder, fallback_folder;  ///< see locate_graph()
  FusionRules fusion = {};
};

/// Lowers each (graph, batch) once and answers all of its rows with one call of the predictor. Some
/// threads work ahead, in the order of the rows.
class RowPredictor {
 public:
  /// The predictor must outlive this object.
  RowPredictor(const Predictor& predictor, RowGraphs graphs, std::vector<RowQuery> queries);
  ~RowPredictor();
  RowPredictor(const RowPredictor&) = delete;
  RowPredictor& operator=(const RowPredictor&) = delete;

  const std::vector<RowQuery>& queries() const { return queries_; }
  /// Throws Error: the platform is not known (with the nearest that is), the graph cannot be
  /// lowered.
  const RowAnswer& answer(size_t row);
  /// One line that says of how many of the graphs answered so far the predictor had something to
  /// say, and of the first what; empty if of none. (Of thousands, a line each would be noise.)
  std::string notice();

 private:
  using Key = std::pair<std::string, int64_t>;
  struct Group {
    const Key* key = nullptr;
    std::vector<size_t> rows;
    std::vector<std::string> platforms;  ///< those of its rows that the predictor knows
    bool done = false;
    std::vector<std::string> notices;
    std::vector<Error> fault;  ///< at most one: what every row of this graph gets to hear
  };

  void work_ahead();
  /// Touches nothing but the group and its rows' answers.
  void answer_group(Group& group);

  const Predictor& predictor_;
  std::vector<std::string> known_;  ///< platforms
  RowGraphs graphs_;
  std::vector<RowQuery> queries_;
  std::vector<RowAnswer> answers_;
  std::map<Key, Group> groups_;

  std::vector<Group*> order_;  ///< groups by their first row; those without a platform left out
  std::mutex mutex_;           ///< of next_, and of every group's `done`
  std::condition_variable has_done_;
  size_t next_ = 0;
  std::vector<std::thread> workers_;
};

}  // namespace tacho
