#include "cli/measure_log.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/table.h"
#include "common/text.h"
#include "graph_ir/references/reference.h"

namespace tacho {
namespace {

const std::vector<std::string> kLabelColumns = {"graph",      "batch",     "platform",
                                                "latency_ms", "stddev_ms", "runs"};

std::string one_line(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

nlohmann::ordered_json json_numbers(const std::vector<double>& numbers) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const double x : numbers) list.push_back(json_number(x));
  return list;
}

std::string environment_path(const std::string& labels) {
  std::filesystem::path path(labels);
  return path.replace_extension().string() + ".environment.jsonl";
}

}  // namespace

nlohmann::ordered_json measurement_json(const Measurement& m,
                                        const nlohmann::ordered_json& context) {
  const Timing& timing = m.result.timing;
  nlohmann::ordered_json json;
  json["model"] = m.model;
  json["batch"] = m.batch;
  json["platform"] = m.platform;
  json["latency_ms"] = json_number(timing.median_ms);
  json["stddev_ms"] = json_number(timing.stddev_ms);
  json["spread"] = json_number(timing.spread);
  json["mean_ms"] = json_number(timing.mean_ms);
  json["load_ms"] = json_number(m.result.load_ms);
  json["first_ms"] = json_number(timing.first_ms);
  json["runs"] = timing.runs;
  json["rounds_agree"] = nullptr;
  if (timing.rounds_agree) json["rounds_agree"] = *timing.rounds_agree;
  json["round_medians_ms"] = json_numbers(timing.round_medians_ms);
  if (!m.result.split_off.empty()) json["split_off"] = m.result.split_off;
  json["date"] = m.date;
  json["samples_ms"] = json_numbers(kept_samples(timing));
  json["context"] = context;
  return json;
}

MeasureLog::MeasureLog(const MeasureFiles& files) : graphs_(files.graphs) {
  if (!files.samples.empty()) samples_.emplace(files.samples);
  if (files.labels.empty()) return;
  labels_.emplace(files.labels, kLabelColumns);
  environments_.emplace(environment_path(files.labels));
  const CsvTable& rows = labels_->rows();
  for (size_t row = 0; row < rows.num_rows(); ++row) {
    known_.emplace(rows.text(row, "graph"), rows.integer(row, "batch"), rows.text(row, "platform"));
  }
}

std::string MeasureLog::name_of(const std::string& model) const {
  if (graphs_.empty() || is_graph_reference(model)) return model;
  return std::filesystem::path(model).lexically_relative(graphs_).string();
}

bool MeasureLog::has(const std::string& model, int64_t batch, const std::string& platform) const {
  return known_.count({name_of(model), batch, platform}) > 0;
}

void MeasureLog::add(const Measurement& m, const nlohmann::ordered_json& context) {
  if (environments_ && described_.insert(m.platform).second) {
    environments_->append(one_line(context));
  }
  if (samples_) samples_->append(one_line(measurement_json(m, context)));
  if (labels_) {
    const Timing& timing = m.result.timing;
    labels_->append({name_of(m.model), std::to_string(m.batch), m.platform,
                     significant(timing.median_ms, 6), significant(timing.stddev_ms, 3),
                     std::to_string(timing.runs)});
  }
}

}  // namespace tacho
