// tacho evaluate: how near a checkpoint comes to measured latencies.
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/accuracy_plot.h"
#include "cli/accuracy_table.h"
#include "cli/arguments.h"
#include "cli/measured_labels.h"
#include "cli/output.h"
#include "cli/places.h"
#include "cli/predictors.h"
#include "cli/progress.h"
#include "cli/row_predictor.h"
#include "common/side_file.h"
#include "common/text.h"

namespace tacho {
namespace {

struct Options {
  PredictorOptions predictor;
  FusionOptions fusion;
  std::string labels;
  std::string graphs;
  std::string stage;
  std::vector<std::string> platforms;
  double trim = 0;
  std::string plot;
  FormatOptions format;
};

bool read_options(const Arguments& args, Options& o) {
  CLI::App app("Accuracy of a checkpoint on measured latencies, per platform and over all.",
               "tacho evaluate");
  o.predictor.add_to(app);
  app.add_option(
         "-l,--labels", o.labels,
         "labels.csv (graph,batch,platform,latency_ms[,stage]), latency.csv, a HELP table, or "
         "NNLQP's gt.txt")
      ->required();
  app.add_option("--graphs", o.graphs,
                 "Folder that graph names are relative to; default: the working directory, then "
                 "the labels file's");
  app.add_option("--stage", o.stage, "Only rows of this stage: train, val, test");
  add_list_option(app, "-p,--platform", o.platforms,
                  "Name or pattern ('gpu-*'); may be given several times");
  app.add_option("--trim", o.trim,
                 "Leave out this share of each platform's rows, half of it the fastest and half "
                 "the slowest: 0.1 is HELP's protocol; default 0, NASFLAT's")
      ->check(CLI::Range(0.0, 0.9).description(""))
      ->type_name("SHARE");
  o.fusion.add_to(app);
  app.add_option("--plot", o.plot, "Also draw predicted against measured latencies")
      ->type_name("FILE.svg");
  o.format.add_to(app);
  app.footer(
      "Example: tacho evaluate --labels labels.csv --graphs graphs/ --stage test\n"
      "Errors are |predicted - measured| / measured. Rows without a graph are left out and "
      "counted. ErrBnd(0.1), NNLQP's name, is the share within 10 %.");
  return parse(app, args);
}

/// The rows to be compared.
struct Measurements {
  std::vector<RowQuery> queries;
  std::vector<double> latency_ms;
  std::vector<std::string> where;
  int without_graph = 0;
  std::map<std::string, int> unknown_platforms;
};

Measurements read_measurements(const Options& options, const std::vector<std::string>& chosen,
                               const std::vector<std::string>& known) {
  const LabelFile file = read_measured_labels(options.labels);
  if (!options.stage.empty() && !file.has_stages) {
    throw Error(options.labels + ": has no stages; leave out --stage, or split it first",
                Fault::kUsage);
  }
  const std::set<std::string> wanted(chosen.begin(), chosen.end());
  const std::set<std::string> all(known.begin(), known.end());
  Measurements m;
  const auto is_wanted = [&](const Label& label) {
    if (!options.stage.empty() && label.stage.str() != options.stage) return false;
    if (wanted.count(label.platform) > 0) return true;
    const bool new_to_us = all.count(label.platform) == 0;
    if (new_to_us && options.platforms.empty()) ++m.unknown_platforms[label.platform];
    return false;
  };
  for (const Label& label : file.without_graph) m.without_graph += is_wanted(label) ? 1 : 0;
  for (const Label& label : file.labels) {
    if (!is_wanted(label)) continue;
    m.queries.push_back({label.graph, label.batch, label.platform});
    m.latency_ms.push_back(label.latency_ms);
    m.where.push_back(options.labels + ":" + std::to_string(label.line));
  }
  return m;
}

/// Predicts all rows; a graph that cannot be lowered is reported once and its rows are left out.
std::vector<PlatformPairs> compare(RowPredictor& rows, const Measurements& m,
                                   const std::vector<std::string>& platforms, Faults& faults) {
  std::map<std::string, PlatformPairs> pairs;
  std::set<std::pair<std::string, int64_t>> failed;
  Progress progress("predicting rows", m.queries.size());
  for (size_t row = 0; row < m.queries.size(); ++row) {
    const RowQuery& query = m.queries[row];
    try {
      const double predicted = rows.answer(row).latency_ms;
      pairs[query.platform].predicted_ms.push_back(predicted);
      pairs[query.platform].measured_ms.push_back(m.latency_ms[row]);
    } catch (const Error& e) {
      progress.clear();
      if (failed.emplace(query.graph, query.batch).second) faults.report(e.within(m.where[row]));
    }
    progress.update(row + 1);
  }
  std::vector<PlatformPairs> list;
  for (const std::string& platform : platforms) {
    list.push_back(std::move(pairs[platform]));
    list.back().platform = platform;
  }
  return list;
}

void print_json(const EvaluationSummary& summary, nlohmann::ordered_json context, size_t left_out) {
  nlohmann::ordered_json json;
  json["schema_version"] = kSchemaVersion;
  json["context"] = std::move(context);
  Table platforms = accuracy_table(summary);
  platforms.rows.resize(summary.platforms.size());
  json["platforms"] = table_json(platforms);
  json["mean_over_platforms"] = accuracy_json(summary.mean);
  json["all_rows"] = accuracy_json(summary.all);
  json["rows_left_out"] = left_out;
  print(json_text(json) + "\n");
}

}  // namespace

int evaluate_verb(const Arguments& args) {
  Options options;
  if (!read_options(args, options)) return 0;
  const OpenPredictor opened = open_predictor(options.predictor);
  const Predictor& predictor = *opened.predictor;
  const FusionRules fusion = options.fusion.rules();
  // The labels name them, so that those without a measurement in the predictor count too.
  const std::vector<std::string> known = known_platforms(predictor);
  const std::vector<std::string> chosen = choose_platforms(known, options.platforms);
  const Measurements m = read_measurements(options, chosen, known);
  Faults faults;
  for (const auto& [platform, count] : m.unknown_platforms) {
    faults.report(Error(options.labels + ": " + std::to_string(count) + " rows of platform '" +
                        platform + "', which the checkpoint does not know" +
                        name_hint(platform, known)));
  }
  if (m.without_graph > 0)
    print_notice(std::to_string(m.without_graph) + " rows without a graph left out");
  if (m.queries.empty()) throw Error(options.labels + ": no row to evaluate");

  const std::string beside = std::filesystem::path(options.labels).parent_path().string();
  RowPredictor rows(predictor, {options.graphs, beside, fusion}, m.queries);
  const std::vector<PlatformPairs> pairs = compare(rows, m, chosen, faults);
  const std::vector<PlatformPairs> kept = trimmed(pairs, options.trim);
  const EvaluationSummary summary = summarize(kept);
  size_t compared = 0;
  for (const PlatformPairs& p : pairs) compared += p.measured_ms.size();
  const size_t left_out = m.queries.size() - compared;
  if (const std::string notice = rows.notice(); !notice.empty()) {
    print_notice(options.labels + ": " + notice);
  }
  if (options.trim > 0) {
    print_notice(std::to_string(compared - summary.all.count) +
                 " rows trimmed: the fastest and the "
                 "slowest of each platform");
  }
  if (left_out > 0)
    print_notice(std::to_string(left_out) + " rows left out: their graphs could not be read");
  if (options.format.format() == Format::kJson) {
    print_json(summary,
               json_context({{"checkpoint", opened.file},
                             {"source", predictor.description()},
                             {"labels", options.labels},
                             {"stage", options.stage},
                             {"trim", significant(options.trim, 3)}}),
               left_out);
  } else {
    print_table(accuracy_table(summary), options.format.format());
  }
  if (!options.plot.empty()) {
    write_whole_file(options.plot, chart_svg(accuracy_chart(kept, options.labels)));
  }
  return faults.exit_code();
}

}  // namespace tacho
