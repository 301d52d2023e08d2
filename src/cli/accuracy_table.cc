#include "cli/accuracy_table.h"

#include <cmath>
#include <nlohmann/json.hpp>

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

Table accuracy_table(const EvaluationSummary& summary) {
  Table table;
  table.columns = {{"platform"},
                   {"count", "rows"},
                   {"mape_percent", "MAPE %"},
                   {"median_error_percent", "median %"},
                   {"within_5_percent", "within 5 %"},
                   {"within_10_percent", "within 10 %"},
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
  json["spearman"] = json_number(a.spearman);
  return json;
}

}  // namespace tacho
