#include "cli/row_predictor.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "cli/models.h"
#include "common/text.h"
#include "graph_ir/lower.h"

namespace tacho {
namespace {

constexpr size_t kMostThreads = 16;

}  // namespace

RowPredictor::RowPredictor(const Predictor& predictor, RowGraphs graphs,
                           std::vector<RowQuery> queries)
    : predictor_(predictor),
      known_(known_platforms(predictor)),
      graphs_(std::move(graphs)),
      queries_(std::move(queries)),
      answers_(queries_.size()) {
  for (size_t row = 0; row < queries_.size(); ++row) {
    const RowQuery& query = queries_[row];
    const auto [place, is_new] = groups_.try_emplace({query.graph, query.batch});
    Group& group = place->second;
    group.key = &place->first;
    group.rows.push_back(row);
    if (std::count(known_.begin(), known_.end(), query.platform) == 0) continue;
    if (group.platforms.empty()) order_.push_back(&group);
    if (std::count(group.platforms.begin(), group.platforms.end(), query.platform) == 0) {
      group.platforms.push_back(query.platform);
    }
  }
  const size_t threads = std::min<size_t>(
      {order_.size(), kMostThreads, std::max(1u, std::thread::hardware_concurrency())});
  try {
    for (size_t i = 0; i < threads; ++i) workers_.emplace_back([this] { work_ahead(); });
  } catch (const std::system_error&) {
    // Fewer do as well, and without any answer() does the work.
  }
}

RowPredictor::~RowPredictor() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    next_ = order_.size();
  }
  for (std::thread& worker : workers_) worker.join();
}

const RowAnswer& RowPredictor::answer(size_t row) {
  const RowQuery& query = queries_[row];
  if (std::find(known_.begin(), known_.end(), query.platform) == known_.end()) {
    throw Error("no platform '" + query.platform + "' in the checkpoint" +
                name_hint(query.platform, known_));
  }
  Group& group = groups_.at({query.graph, query.batch});
  if (workers_.empty()) {
    if (!group.done) answer_group(group);
    group.done = true;
  } else {
    std::unique_lock<std::mutex> lock(mutex_);
    has_done_.wait(lock, [&] { return group.done; });
  }
  if (!group.fault.empty()) throw group.fault.front();
  return answers_[row];
}

std::string RowPredictor::notice() {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::set<std::string> answered, noticed;  // at any batch size
  std::string first;
  for (const Group* group : order_) {
    if (!group->done || !group->fault.empty()) continue;
    answered.insert(group->key->first);
    if (group->notices.empty()) continue;
    if (noticed.empty()) first = group->key->first + ": " + join(group->notices, "; ");
    noticed.insert(group->key->first);
  }
  if (noticed.empty()) return "";
  return std::to_string(noticed.size()) + " of " + std::to_string(answered.size()) +
         " graphs: " + (noticed.size() == 1 ? "" : "for one, ") + first;
}

void RowPredictor::work_ahead() {
  while (true) {
    Group* group = nullptr;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (next_ == order_.size()) return;
      group = order_[next_++];
    }
    answer_group(*group);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      group->done = true;
    }
    has_done_.notify_all();
  }
}

void RowPredictor::answer_group(Group& group) {
  const auto& [graph, batch] = *group.key;
  try {
    if (graph.empty()) throw Error("no graph is named");
    if (batch < 1) throw Error("batch " + std::to_string(batch) + " is not positive");
    BindOptions bind;
    bind.batch = batch;
    const LoweredModel model =
        lower_file(locate_graph(graph, graphs_.folder, graphs_.fallback_folder),
                   {std::move(bind), graphs_.fusion});
    PredictOptions wanted;
    wanted.platforms = group.platforms;
    for (const Prediction& p : predictor_.predict(model, wanted)) {
      for (const std::string& notice : p.notices) {
        const auto& known = group.notices;
        if (std::find(known.begin(), known.end(), notice) == known.end()) {
          group.notices.push_back(notice);
        }
      }
      for (const size_t row : group.rows) {
        if (p.platform == queries_[row].platform) {
          answers_[row] = {p.latency_ms, p.lower_ms, p.upper_ms};
        }
      }
    }
  } catch (const Error& e) {
    group.fault.push_back(e);
  } catch (const std::exception& e) {  // nothing may leave a thread
    group.fault.push_back(Error(graph + ": " + e.what()));
  }
}

}  // namespace tacho
