// tacho linear fit: the linear model of each platform, from measured latencies.
#include "kernel_builder/linear_fit.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/arguments.h"
#include "cli/linear_plot.h"
#include "cli/linear_report.h"
#include "cli/linear_rows.h"
#include "cli/linear_verbs.h"
#include "common/text.h"
#include "kernel_builder/linear_file.h"

namespace tacho {
namespace {

constexpr size_t kFewModels = 10;

struct Options {
  LinearRowOptions rows;
  FusionOptions fusion;
  LinearFitOptions fit;
  std::string objective = "relative";
  std::string output;
  std::string plot;
  bool append = false;
  FormatOptions format;
};

void check(const Options& o) {
  const auto wrong = [](const std::string& what) {
    throw Error("tacho linear fit: " + what, Fault::kUsage);
  };
  if (o.rows.graphs.size() > 1 && o.rows.graphs.size() != o.rows.labels.size()) {
    wrong("give one --graphs, or one for each --labels");
  }
  if (!(o.rows.test_share >= 0) || !(o.rows.test_share < 1)) {
    wrong("--test is a share from 0 to below 1");
  }
  if (!(o.rows.write_weight >= 0) || o.rows.write_weight > 1e6) {
    wrong("--write-weight is 0 or more");
  }
  if (o.append && o.output.empty()) wrong("--append goes with --output");
}

bool read_options(const Arguments& args, Options& o) {
  CLI::App app(
      "Fits LATENCY = a*ACTS + b*INP + c*FLOPs + d (a, b, c, d >= 0; all per batch) to measured\n"
      "latencies, and says how well it predicts models that the fit did not see.",
      "tacho linear fit");
  add_list_option(app, "-l,--labels", o.rows.labels,
                  "CSV file with columns graph,batch,platform,latency_ms[,model][,stage]; may be "
                  "given several times")
      ->required();
  add_list_option(app, "--graphs", o.rows.graphs,
                  "Folder that graph names are relative to: one, or one for each --labels; "
                  "default: the working directory, then the CSV file's");
  add_list_option(app, "-p,--platform", o.rows.platforms,
                  "Name or pattern ('gpu-*'); may be given several times; default: all");
  app.add_option("-o,--output", o.output, "Where to write the model")->type_name("MODEL.json");
  app.add_flag("--append", o.append, "Keep the other platforms of --output if it is there already");
  app.add_flag("--two-range", o.fit.two_range,
               "Below a breakpoint a line of its own: slope * law + offset");
  app.add_option("--objective", o.objective, "Error to minimise: relative or absolute")
      ->check(CLI::IsMember({"relative", "absolute"}).description(""))
      ->capture_default_str();
  app.add_option("--write-weight", o.rows.write_weight,
                 "ACTS are output elements of convolutions and fully connected layers, plus this "
                 "times what all kernels write; 0: the former alone")
      ->capture_default_str();
  o.fusion.add_to(app);
  app.add_option("--test", o.rows.test_share,
                 "Share of models to hold out; a file's column 'stage' comes before it")
      ->capture_default_str();
  app.add_option("--seed", o.rows.seed, "Another seed holds out other models")
      ->capture_default_str();
  app.add_option("--plot", o.plot, "Draw measurements, law and low range")->type_name("PLOT.svg");
  o.format.add_to(app);
  app.footer(
      "Example: tacho linear fit --labels labels.csv --graphs models/ --two-range -o linear.json\n"
      "A platform is memory-bound if ACTS and INP carry most of the predicted time, averaged over\n"
      "the models of the fit, compute-bound if FLOPs do, overhead-bound if the constant does. A\n"
      "model with more FLOPs per ACTS element than the ridge spends more on FLOPs than on ACTS.");
  if (!parse(app, args)) return false;
  check(o);
  if (o.objective == "absolute") o.fit.objective = LinearObjective::kAbsolute;
  return true;
}

LinearPlatform fit_platform(const LinearRows& rows, const LinearFitOptions& options) {
  LinearPlatform platform = with_context("platform '" + rows.platform + "'",
                                         [&] { return fit_linear(rows.samples(false), options); });
  platform.name = rows.platform;
  std::set<std::string> models;
  for (const LinearRow& row : rows.rows) {
    if (row.held_out) continue;
    models.insert(row.model);
    BatchRange& batches = platform.batches;
    batches.low = batches.low == 0 ? row.batch : std::min(batches.low, row.batch);
    batches.high = std::max(batches.high, row.batch);
  }
  platform.networks = models.size();
  if (models.size() < kFewModels) {
    print_notice("platform '" + rows.platform + "': only " + std::to_string(models.size()) +
                 " models to fit to");
  }
  if (rows.samples(true).empty()) {
    print_notice("platform '" + rows.platform + "': no model held out, so no error on unseen ones");
  }
  if (options.two_range && !platform.low) {
    print_notice("platform '" + rows.platform + "': one range fits as well as two");
  }
  return platform;
}

void save(const Options& options, const std::vector<LinearReport>& reports) {
  LinearModel model;
  model.write_weight = options.rows.write_weight;
  model.objective = options.objective;
  if (options.append && std::filesystem::exists(options.output)) {
    LinearModel old = load_linear_model(options.output);
    if (old.write_weight != model.write_weight || old.objective != model.objective) {
      throw Error(options.output + ": was fitted with another --write-weight or --objective");
    }
    model.platforms = std::move(old.platforms);
  }
  for (const LinearReport& report : reports) {
    const auto same = [&](const LinearPlatform& p) { return p.name == report.platform.name; };
    const auto known = std::find_if(model.platforms.begin(), model.platforms.end(), same);
    if (known != model.platforms.end()) {
      *known = report.platform;
    } else {
      model.platforms.push_back(report.platform);
    }
  }
  save_linear_model(options.output, model);
}

void print_reports(const Options& options, const std::vector<LinearReport>& reports) {
  const Table table = linear_table(reports);
  const Format format = options.format.format();
  if (format == Format::kJson) {
    JsonItems json(true, "platforms",
                   json_context({{"labels", join(options.rows.labels)},
                                 {"objective", options.objective},
                                 {"write_weight", significant(options.rows.write_weight, 6)}}));
    for (const auto& item : table_json(table)) json.add(item);
  } else if (format == Format::kCsv) {
    print_table(table, format);
  } else {
    print_table(coefficients_part(table), format);
    print("\n");
    print_table(accuracy_part(table), format);
    print(
        "\nfit: models of the fit; the rest: models held out, by their measured latency. acts % to "
        "constant %:\nmean share of each term in the predictions of the fit.\n");
  }
}

}  // namespace

int linear_fit_verb(const Arguments& args) {
  Options options;
  if (!read_options(args, options)) return 0;
  options.rows.fusion = options.fusion.rules();
  Faults faults;
  std::vector<LinearReport> reports;
  std::vector<Chart> charts;
  for (const LinearRows& rows : read_linear_rows(options.rows, faults)) {
    try {
      reports.push_back(report_of(fit_platform(rows, options.fit), rows));
      if (!options.plot.empty()) charts.push_back(linear_chart(reports.back().platform, rows));
    } catch (const Error& e) {
      faults.report(e);
    }
  }
  if (reports.empty()) return faults.exit_code();
  if (!options.output.empty()) save(options, reports);
  if (!options.plot.empty()) write_linear_plot(options.plot, charts);
  print_reports(options, reports);
  return faults.exit_code();
}

}  // namespace tacho
