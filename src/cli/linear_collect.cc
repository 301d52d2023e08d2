// tacho linear collect: measures the blocks of linear_blocks.h, for tacho linear fit.
#include <nlohmann/json.hpp>
#include <set>

#include "backends/measure_graph.h"
#include "cli/arguments.h"
#include "cli/backend_choice.h"
#include "cli/linear_verbs.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "common/csv_log.h"
#include "common/side_file.h"
#include "common/text.h"
#include "kernel_builder/linear_blocks.h"

namespace tacho {
namespace {

// As tacho measure writes them.
const std::vector<std::string> kColumns = {"graph",      "batch",     "platform",
                                           "latency_ms", "stddev_ms", "runs"};

struct Options {
  BackendChoice backend;
  std::string output;
  int64_t batch = 1;
  MeasureOptions measure;
};

bool read_options(const Arguments& args, Options& o) {
  CLI::App app(
      "Measures about a hundred blocks of convolutional networks on a backend; tacho linear fit\n"
      "makes the platform's linear model of them.",
      "tacho linear collect");
  o.backend.add_to(app);
  app.add_option("-o,--output", o.output,
                 "Labels file; what it has already is not measured again, so that a run that was "
                 "stopped goes on")
      ->required()
      ->type_name("LABELS.csv");
  app.add_option("--batch", o.batch, "Batch size")
      ->check(CLI::Range(1, 65536).description(""))
      ->capture_default_str();
  o.measure.min_seconds = 0.2;
  app.add_option("--min-seconds", o.measure.min_seconds, "Time each block at least this long")
      ->capture_default_str();
  app.add_option("--min-runs", o.measure.min_runs, "and at least so often")->capture_default_str();
  app.footer(
      "Example: tacho linear collect --backend libtorch:threads=1 -o blocks.csv\n"
      "         tacho linear fit --labels blocks.csv --two-range -o linear.json");
  if (!parse(app, args)) return false;
  if (!(o.measure.min_seconds >= 0) || o.measure.min_runs < 1) {
    throw Error("tacho linear collect: --min-seconds is 0 or more, --min-runs 1 or more",
                Fault::kUsage);
  }
  return true;
}

/// What the measurements were made with, beside them.
void write_facts(const std::string& labels, const Backend& backend, const Options& options) {
  nlohmann::ordered_json json;
  json["schema_version"] = kSchemaVersion;
  json["context"] = json_context({{"backend", backend.name()}, {"platform", backend.platform()}});
  for (const auto& [key, value] : backend.facts()) json["facts"][key] = value;
  json["min_seconds"] = options.measure.min_seconds;
  json["min_runs"] = options.measure.min_runs;
  write_whole_file(labels + ".facts.json", json_text(json) + "\n");
}

}  // namespace

int linear_collect_verb(const Arguments& args) {
  Options options;
  if (!read_options(args, options)) return 0;
  const std::unique_ptr<Backend> backend = options.backend.open();
  const std::string platform = backend->platform();
  CsvLog log(options.output, kColumns);
  std::set<std::pair<std::string, int64_t>> known;
  for (size_t row = 0; row < log.rows().num_rows(); ++row) {
    if (log.rows().text(row, "platform") == platform)
      known.emplace(log.rows().text(row, "graph"), log.rows().integer(row, "batch"));
  }
  write_facts(options.output, *backend, options);

  Faults faults;
  size_t measured = 0, there = 0;
  Progress progress("measuring blocks", linear_blocks().size());
  for (const LinearBlock& block : linear_blocks()) {
    progress.update(measured + there);
    const std::string name = to_text(block);
    if (known.count({name, options.batch}) > 0) {
      ++there;
      continue;
    }
    try {
      with_context(name, [&] {
        const Timing timing =
            measure_graph(*backend, build_block(block, options.batch), options.measure);
        log.append({name, std::to_string(options.batch), platform, significant(timing.median_ms, 6),
                    significant(timing.stddev_ms, 3), std::to_string(timing.runs)});
      });
      ++measured;
    } catch (const Error& e) {
      progress.clear();
      faults.report(e);
    }
  }
  progress.clear();
  print(options.output + ": " + std::to_string(measured) + " blocks measured on " + platform +
        (there > 0 ? ", " + std::to_string(there) + " were there already" : "") + "\n");
  return faults.exit_code();
}

}  // namespace tacho
