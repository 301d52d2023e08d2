// tacho measure: runs models on a backend of this machine and keeps what it measured.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "backends/measure_graph.h"
#include "cli/arguments.h"
#include "cli/backend_choice.h"
#include "cli/measured_store.h"
#include "cli/models.h"
#include "cli/output.h"
#include "cli/remote_measure.h"
#include "common/csv_log.h"
#include "common/text.h"
#include "graph_ir/infer/infer_shapes.h"
#include "graph_ir/references/reference.h"

namespace tacho {
namespace {

struct Options {
  std::vector<std::string> models;
  BackendChoice backend;
  ShapeOptions shapes;
  DbOption db;
  std::string labels;
  std::string graphs;
  MeasureOptions protocol;
  FormatOptions format;
};

const std::vector<std::string> kLabelColumns = {"graph",      "batch",     "platform",
                                                "latency_ms", "stddev_ms", "runs"};

bool read_options(const Arguments& args, Options& o) {
  CLI::App app("Median latency of models on a backend of this machine, in milliseconds per batch.",
               "tacho measure");
  app.add_option("models", o.models,
                 "ONNX files, references, folders (searched recursively), patterns, - for stdin")
      ->required();
  o.backend.add_to(app);
  o.shapes.add_to(app);
  app.add_option("-o,--output", o.labels,
                 "Append to this CSV file as results come; what is in it already is not measured "
                 "again")
      ->type_name("LABELS.csv");
  app.add_option("--graphs", o.graphs, "With -o: name graphs relative to this folder");
  o.db.add_to(app);
  app.add_option("--min-runs", o.protocol.min_runs, "Timed runs, at least")
      ->check(CLI::Range(1, 1000000).description(""))
      ->capture_default_str();
  app.add_option("--min-seconds", o.protocol.min_seconds, "Timed seconds, at least")
      ->check(CLI::Range(0.0, 3600.0).description(""))
      ->capture_default_str();
  o.format.add_to(app);
  app.footer(
      "Examples:\n  tacho measure resnet18.onnx --backend libtorch\n"
      "  tacho measure graphs/ --graphs graphs/ --backend libtorch:threads=1 -o labels.csv\n"
      "  tacho measure zoo/ --platform gpu-t4-trt7.1-fp32 --db postgres://tacho@server/latency\n"
      "Weights that the file does not hold are made up. The operators run one by one, not fused.\n"
      "With --db results go into the latency database; a platform that this machine has not is "
      "then\n"
      "measured by a worker that has it, if the database is PostgreSQL: see tacho worker.");
  if (!parse(app, args)) return false;
  if (!o.graphs.empty() && o.labels.empty()) {
    throw Error("tacho measure: --graphs goes with -o", Fault::kUsage);
  }
  return true;
}

/// The labels file, if there is one.
class Labels {
 public:
  Labels(const Options& options, std::string platform)
      : graphs_(options.graphs), platform_(std::move(platform)) {
    if (options.labels.empty()) return;
    log_.emplace(options.labels, kLabelColumns);
    for (size_t row = 0; row < log_->rows().num_rows(); ++row) {
      if (log_->rows().text(row, "platform") != platform_) continue;
      known_.emplace(log_->rows().text(row, "graph"), log_->rows().integer(row, "batch"));
    }
  }

  bool has(const std::string& file, int64_t batch) const {
    return known_.count({name_of(file), batch}) > 0;
  }
  void add(const std::string& file, int64_t batch, const Timing& timing) {
    if (!log_) return;
    log_->append({name_of(file), std::to_string(batch), platform_, significant(timing.median_ms, 6),
                  significant(timing.stddev_ms, 3), std::to_string(timing.samples_ms.size())});
  }

 private:
  std::string name_of(const std::string& file) const {
    if (graphs_.empty() || is_graph_reference(file)) return file;
    return std::filesystem::path(file).lexically_relative(graphs_).string();
  }

  std::string graphs_;
  std::string platform_;
  std::optional<CsvLog> log_;
  std::set<std::pair<std::string, int64_t>> known_;
};

}  // namespace

int measure_verb(const Arguments& args) {
  Options options;
  if (!read_options(args, options)) return 0;
  const BindOptions bind = options.shapes.bind();
  Faults faults;
  const RemoteSweep elsewhere{options.backend.platform, options.models, bind, options.protocol};
  if (measure_elsewhere(options.db, elsewhere, options.format, faults)) return faults.exit_code();
  const std::unique_ptr<Backend> backend = options.backend.open();
  MeasuredStore store(options.db);
  Labels labels(options, backend->platform());
  const Format format = options.format.format();
  JsonItems json(format == Format::kJson, "measurements",
                 json_context({{"platform", backend->platform()}}));
  Table table;
  table.columns = {{"model"},
                   {"batch"},
                   {"platform"},
                   {"latency_ms", "median ms"},
                   {"stddev_ms", "std. dev."},
                   {"first_ms", "first run"},
                   {"runs"}};
  int there = 0;
  for_each_model(options.models, faults, [&](NamedGraph file) {
    const Graph as_read = file.graph;
    for (const std::string& notice : infer_shapes(file.graph, bind)) {
      print_notice(file.name + ": " + notice);
    }
    const int64_t batch = batch_of(file.graph);
    if (labels.has(file.name, batch)) {
      ++there;
      return;
    }
    const Timing timing = measure_graph(*backend, file.graph, options.protocol);
    labels.add(file.name, batch, timing);
    store.add(as_read, {file.name, bind, backend->platform(), backend->name(), backend->facts()},
              timing);
    table.rows.push_back({file.name, batch, backend->platform(), timing.median_ms, timing.stddev_ms,
                          timing.first_ms, static_cast<int64_t>(timing.samples_ms.size())});
    if (format == Format::kJson) {
      Table one = table;
      one.rows = {table.rows.back()};
      json.add(table_json(one)[0]);
    }
  });
  if (there > 0) {
    print_notice(std::to_string(there) + " models left out: measured before, in " + options.labels);
  }
  if (format != Format::kJson && !table.rows.empty()) print_table(table, format);
  return faults.exit_code();
}

}  // namespace tacho
