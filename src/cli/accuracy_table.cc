#include "cli/accuracy_table.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

namespace tacho {
namespace {

/// Mean of one figure over platforms; platforms without it (NaN) are left out.
double mean_of(const EvaluationSummary& summary, double Accuracy::*figure) {
  double sum = 0;
  int count = 0;
  for (const auto& [name, accuracy] : summary.platforms) {
    if (std::isnan(accuracy.*figure)) continue;
    sum += accuracy.*figure;
    ++count;
  }
  return count > 0 ? sum / count : std::nan("");
}

std::vector<Cell> accuracy_row(const std::string& name, const Accuracy& a) {
  const Cell spearman = std::isnan(a.spearman) ? Cell{} : Cell{a.spearman};
  return {name,    static_cast<int64_t>(a.count), a.mape, a.median_error, a.within_5, a.within_10,
          spearman};
}

}  // namespace

EvaluationSummary summarize(const std::vector<PlatformPairs>& pairs) {
  EvaluationSummary summary;
  PlatformPairs all;
  for (const PlatformPairs& p : pairs) {
    if (p.measured_ms.empty()) continue;
    summary.platforms.emplace_back(p.platform, accuracy_of(p.predicted_ms, p.measured_ms));
    all.predicted_ms.insert(all.predicted_ms.end(), p.predicted_ms.begin(), p.predicted_ms.end());
    all.measured_ms.insert(all.measured_ms.end(), p.measured_ms.begin(), p.measured_ms.end());
  }
  summary.mean.count = summary.platforms.size();
  for (double Accuracy::*figure : {&Accuracy::mape, &Accuracy::median_error, &Accuracy::within_5,
                                   &Accuracy::within_10, &Accuracy::spearman}) {
    summary.mean.*figure = mean_of(summary, figure);
  }
  if (!all.measured_ms.empty()) summary.all = accuracy_of(all.predicted_ms, all.measured_ms);
  return summary;
}

std::vector<PlatformPairs> trimmed(const std::vector<PlatformPairs>& pairs, double trim) {
  std::vector<PlatformPairs> kept;
  for (const PlatformPairs& p : pairs) {
    std::vector<size_t> order(p.measured_ms.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return p.measured_ms[a] < p.measured_ms[b]; });
    const size_t cut = static_cast<size_t>(trim / 2 * static_cast<double>(order.size()) + 1e-9);
    PlatformPairs rest{p.platform, {}, {}};
    for (size_t i = cut; i < order.size() - cut; ++i) {
      rest.predicted_ms.push_back(p.predicted_ms[order[i]]);
      rest.measured_ms.push_back(p.measured_ms[order[i]]);
    }
    kept.push_back(std::move(rest));
  }
  return kept;
}

Table accuracy_table(const EvaluationSummary& summary) {
  Table table;
  table.columns = {{"platform"},
                   {"count", "rows"},
                   {"mape_percent", "MAPE %"},
                   {"median_error_percent", "median %"},
                   {"within_5_percent", "within 5 %"},
                   {"within_10_percent", "ErrBnd(0.1) %"},
                   {"spearman", "Spearman", 4}};
  for (const auto& [name, accuracy] : summary.platforms) {
    table.rows.push_back(accuracy_row(name, accuracy));
  }
  table.rows.push_back(accuracy_row("mean over platforms", summary.mean));
  table.rows.back()[1] = static_cast<int64_t>(summary.all.count);
  table.rows.push_back(accuracy_row("all rows", summary.all));
  return table;
}

nlohmann::ordered_json accuracy_json(const Accuracy& a) {
  nlohmann::ordered_json json;
  json["count"] = a.count;
  json["mape_percent"] = json_number(a.mape);
  json["median_error_percent"] = json_number(a.median_error);
  json["within_5_percent"] = json_number(a.within_5);
  json["within_10_percent"] = json_number(a.within_10);
  json["ErrBnd(0.1)"] = json_number(a.within_10 / 100);
  json["spearman"] = json_number(a.spearman);
  return json;
}

}  // namespace tacho
