// Predictions for the rows of a file, each naming a graph, a batch size and a platform.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/predictor.h"

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

/// Lowers each (graph, batch) once, when the first of its rows is asked for, and answers all of its
/// rows with one call of the predictor.
class RowPredictor {
 public:
  /// Where graph names are looked up: see locate_graph(). The predictor must outlive this object.
  RowPredictor(const Predictor& predictor, std::string folder, std::string fallback_folder,
               std::vector<RowQuery> queries);

  const std::vector<RowQuery>& queries() const { return queries_; }
  /// Throws Error: the platform is not known (with the nearest that is), the graph cannot be
  /// lowered.
  const RowAnswer& answer(size_t row);

 private:
  using Key = std::pair<std::string, int64_t>;
  struct Group {
    std::vector<size_t> rows;
    bool lowered = false;
    std::vector<Error> fault;  ///< at most one: what every row of this graph gets to hear
  };

  void lower(const Key& key, Group& group);

  const Predictor& predictor_;
  std::string folder_;
  std::string fallback_folder_;
  std::vector<RowQuery> queries_;
  std::vector<RowAnswer> answers_;
  std::map<Key, Group> groups_;
};

}  // namespace tacho
