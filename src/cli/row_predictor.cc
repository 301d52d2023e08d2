#include "cli/row_predictor.h"

#include <algorithm>

#include "cli/models.h"
#include "common/text.h"
#include "graph_ir/lower.h"

namespace tacho {

RowPredictor::RowPredictor(const Predictor& predictor, std::string folder,
                           std::string fallback_folder, std::vector<RowQuery> queries)
    : predictor_(predictor),
      folder_(std::move(folder)),
      fallback_folder_(std::move(fallback_folder)),
      queries_(std::move(queries)),
      answers_(queries_.size()) {
  for (size_t row = 0; row < queries_.size(); ++row) {
    groups_[{queries_[row].graph, queries_[row].batch}].rows.push_back(row);
  }
}

const RowAnswer& RowPredictor::answer(size_t row) {
  const RowQuery& query = queries_[row];
  const std::vector<std::string>& known = predictor_.platforms();
  if (std::find(known.begin(), known.end(), query.platform) == known.end()) {
    throw Error("no platform '" + query.platform + "' in the checkpoint" +
                name_hint(query.platform, known));
  }
  const Key key{query.graph, query.batch};
  Group& group = groups_.at(key);
  if (!group.lowered) lower(key, group);
  if (!group.fault.empty()) throw group.fault.front();
  return answers_[row];
}

void RowPredictor::lower(const Key& key, Group& group) {
  group.lowered = true;
  try {
    if (key.first.empty()) throw Error("no graph is named");
    if (key.second < 1) throw Error("batch " + std::to_string(key.second) + " is not positive");
    BindOptions bind;
    bind.batch = key.second;
    const LoweredModel model = lower_file(locate_graph(key.first, folder_, fallback_folder_), bind);
    const std::vector<Prediction> all = predictor_.predict(model, {});
    for (const size_t row : group.rows) {
      for (const Prediction& p : all) {
        if (p.platform == queries_[row].platform)
          answers_[row] = {p.latency_ms, p.lower_ms, p.upper_ms};
      }
    }
  } catch (const Error& e) {
    group.fault.push_back(e);
  }
}

}  // namespace tacho
