#include "cli/predict_report.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/explain.h"
#include "cli/models.h"
#include "common/text.h"

namespace tacho {
namespace {

using Json = nlohmann::ordered_json;

/// Of a band's end: nothing where the band is not known.
Cell band_cell(double ms) { return std::isnan(ms) ? Cell() : Cell(ms); }

Table prediction_table(int64_t batch, const std::vector<Prediction>& predictions) {
  Table table;
  table.columns = {{"platform"},
                   {"latency_ms", "latency ms"},
                   {"lower_ms", "lower"},
                   {"upper_ms", "upper"},
                   {"throughput_per_s", "items/s"},
                   {"measured_at_batch", "measured at batch"},
                   {"extrapolated"}};
  if (!predictions.empty()) {  // all are of one predictor
    for (const auto& [term, ms] : predictions.front().terms_ms) {
      table.columns.push_back({term + "_ms", term + " ms"});
    }
  }
  for (const Prediction& p : predictions) {
    table.rows.push_back({p.platform, p.latency_ms, band_cell(p.lower_ms), band_cell(p.upper_ms),
                          static_cast<double>(batch) * 1000 / p.latency_ms,
                          batches_text(p.measured),
                          std::string(extrapolates(p, batch) ? "yes" : "")});
    for (const auto& [term, ms] : p.terms_ms) table.rows.back().emplace_back(ms);
  }
  return table;
}

}  // namespace

std::string batches_text(const BatchRange& measured) {
  if (measured.high == 0) return "";
  const std::string low = std::to_string(measured.low);
  return measured.high == measured.low ? low : low + "-" + std::to_string(measured.high);
}

PredictReport::PredictReport(const ReportOptions& options, const std::string& source,
                             const std::string& checkpoint)
    : options_(options),
      source_(source),
      json_(options.format == Format::kJson, "models",
            json_context({{"checkpoint", checkpoint}, {"source", source}})) {}

void PredictReport::add(const std::string& name, const LoweredModel& model,
                        const std::vector<Prediction>& predictions) {
  const int64_t batch = batch_of(model.graph);
  print_notices(name, predictions);
  if (options_.format == Format::kJson) {
    add_json(name, batch, model, predictions);
  } else if (options_.format == Format::kCsv) {
    add_csv(name, batch, model, predictions);
  } else {
    add_text(name, batch, model, predictions);
  }
  flush_results();
  ++count_;
}

void PredictReport::print_notices(const std::string& name,
                                  const std::vector<Prediction>& predictions) {
  std::set<std::string> printed;  // most are the same on all platforms
  for (const Prediction& p : predictions) {
    if (!std::isnan(p.lower_ms)) coverage_ = p.band_coverage;
    for (const std::string& notice : p.notices) {
      if (printed.insert(notice).second) print_notice(name + ": " + printable(notice));
    }
  }
}

void PredictReport::finish() const {
  if (count_ == 0 || options_.format == Format::kJson || options_.format == Format::kCsv) return;
  const std::string often = coverage_ >= 0.9 ? "nine times in ten" : "four times in five";
  print("\npredicted by " + source_ +
        (coverage_ > 0 ? "; lower to upper holds the truth " + often + "\n" : "\n"));
}

void PredictReport::add_text(const std::string& name, int64_t batch, const LoweredModel& model,
                             const std::vector<Prediction>& predictions) const {
  const bool markdown = options_.format == Format::kMarkdown;
  const auto heading = [&](const std::string& text) {
    print(markdown ? "### " + text + "\n\n" : text + "\n");
  };
  if (count_ > 0) print("\n");
  heading(printable(name) + ", batch " + std::to_string(batch));
  print_table(prediction_table(batch, predictions), options_.format);
  for (const Prediction& p : predictions) {
    if (!options_.explain) break;
    print("\n");
    heading(p.platform + ": kernels by their share of " + significant(p.latency_ms, 3) + " ms");
    print_table(explain_table(model, p, options_.top), options_.format);
  }
  if (std::any_of(predictions.begin(), predictions.end(),
                  [&](const Prediction& p) { return !p.measured.may_hold(batch); })) {
    print(
        "\nextrapolated: the platform was measured at other batch sizes only; the band does not "
        "hold there\n");
  }
  const std::string unknown = unknown_operators_text(model);
  if (!unknown.empty()) {
    print("\nunknown operators, costed by their bytes alone: " + printable(unknown) + "\n");
  }
}

void PredictReport::add_csv(const std::string& name, int64_t batch, const LoweredModel& model,
                            const std::vector<Prediction>& predictions) const {
  const std::string unknown = unknown_operators_text(model);
  if (!unknown.empty()) {
    print_notice(name + ": unknown operators, costed by their bytes alone: " + unknown);
  }
  if (!options_.explain) {
    const Table table = prediction_table(batch, predictions);
    print(table_csv(with_columns(table, {{"model", name}, {"batch", batch}}), count_ == 0));
    return;
  }
  for (const Prediction& p : predictions) {
    const Table table = explain_table(model, p, 0);
    print(table_csv(
        with_columns(table, {{"model", name}, {"batch", batch}, {"platform", p.platform}}),
        count_ == 0 && &p == &predictions.front()));
  }
}

void PredictReport::add_json(const std::string& name, int64_t batch, const LoweredModel& model,
                             const std::vector<Prediction>& predictions) {
  Json item;
  item["model"] = name;
  item["batch"] = batch;
  item["notices"] = model.notices;
  item["unknown_operators"] = Json::array();
  for (const auto& [op, count] : model.unknown_operators) {
    item["unknown_operators"].push_back({{"operator", op}, {"count", count}});
  }
  item["predictions"] = table_json(prediction_table(batch, predictions));
  for (size_t i = 0; i < predictions.size(); ++i) {
    if (!predictions[i].notices.empty()) item["predictions"][i]["notices"] = predictions[i].notices;
  }
  for (size_t i = 0; options_.explain && i < predictions.size(); ++i) {
    item["predictions"][i]["kernels"] = table_json(explain_table(model, predictions[i], 0));
  }
  json_.add(item);
}

}  // namespace tacho
