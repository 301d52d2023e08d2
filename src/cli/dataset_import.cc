// tacho dataset import: published latencies and their graphs into an HDF5 data set.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/arguments.h"
#include "cli/dataset_verbs.h"
#include "cli/label_options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "common/text.h"
#include "dataset/import.h"
#include "kernel_builder/kernel_feature_source.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;
constexpr size_t kMaxListed = 10;  // graphs that are not there

struct ImportArguments {
  std::vector<std::string> tables;
  std::vector<std::string> graphs;
  std::string output;
  std::string kernel_features;
  int threads = 2;
  bool append = false;
  bool skip_missing = false;
  LabelOptions labels;
  FusionOptions fusion;
  bool json = false;
};

/// Where the graphs of a table are: as asked for, else beside the table.
std::string graphs_of(const ImportArguments& args, size_t table) {
  if (args.graphs.size() == 1) return args.graphs[0];
  if (!args.graphs.empty()) return args.graphs[table];
  const fs::path folder = fs::path(args.tables[table]).parent_path();
  const fs::path archive = folder / "onnx.tar.zst";
  if (fs::exists(archive)) return archive.string();
  return folder.empty() ? "." : folder.string();
}

ImportReport import_table(const ImportArguments& args, const FeatureSource* source, size_t table,
                          const std::vector<Label>& labels) {
  ImportOptions options;
  options.graphs = graphs_of(args, table);
  options.threads = args.threads;
  options.source = source;
  options.fusion = args.fusion.rules();
  std::unique_ptr<Progress> progress;  // made at the first call, which knows the total
  return import_labels(labels, options, [&](size_t done, size_t total) {
    if (!progress) progress = std::make_unique<Progress>("importing " + args.tables[table], total);
    progress->update(done);
  });
}

std::string summary_of(const LabelFile& file, const ImportReport& report) {
  std::string text = "imported " + std::to_string(report.imported) + " of " +
                     std::to_string(file.num_rows) + " rows";
  std::string skipped;
  const auto add = [&](size_t count, const char* why) {
    if (count == 0) return;
    skipped += (skipped.empty() ? "" : ", ") + std::to_string(count) + " " + why;
  };
  add(file.without_graph.size(), "without a graph");
  add(report.graph_not_found, "whose graph is not there");
  add(report.graph_failed, "whose graph cannot be used");
  return skipped.empty() ? text : text + "; skipped: " + skipped;
}

nlohmann::ordered_json json_of(const LabelTable& table, const ImportReport& report) {
  return {{"table", table.path},
          {"rows", table.file.num_rows},
          {"imported", report.imported},
          {"without_graph", table.file.without_graph.size()},
          {"graph_not_found", report.graph_not_found},
          {"graph_failed", report.graph_failed},
          {"missing", report.missing},
          {"problems", report.problems}};
}

/// One line for the graphs that are not there, one for each that cannot be used.
void report_problems(const std::string& table, const ImportReport& report, Faults& faults) {
  for (const std::string& problem : report.problems) faults.report(Error(table + ": " + problem));
  const size_t count = report.missing.size();
  if (count == 0) return;
  const size_t listed = std::min(count, kMaxListed);
  std::string text =
      table + ": " + std::to_string(count) +
      (count == 1 ? " graph is not there: " : " graphs are not there: ") +
      join({report.missing.begin(), report.missing.begin() + static_cast<long>(listed)});
  if (listed < count) text += " and " + std::to_string(count - listed) + " more";
  faults.report(Error(text));
}

void add_options(CLI::App& app, ImportArguments& args) {
  app.add_option("TABLES", args.tables,
                 "labels.csv, latency.csv, HELP's latency_ms.csv, NNLQP's rows or gt.txt")
      ->required();
  add_list_option(app, "-g,--graphs", args.graphs,
                  "Archive or folder of the graphs: one for all tables, or one for each in their "
                  "order; default: onnx.tar.zst beside the table, else its folder")
      ->type_name("ARCHIVE");
  app.add_option("-o,--output", args.output, "The data set")->required()->type_name("DATA.h5");
  app.add_option("--kernel-features", args.kernel_features,
                 "Kernel predictors (of tacho kernel train) whose times become further features")
      ->type_name("PREDICTORS");
  app.add_flag("--append", args.append,
               "Add to the data set if it is there; a newer label replaces an older one");
  args.labels.add_to(app);
  args.fusion.add_to(app);
  app.add_flag("--skip-missing,--keep-going", args.skip_missing,
               "Import the rest although some graphs are not there or cannot be used");
  app.add_option("-j,--threads", args.threads, "Threads; default 2")
      ->check(CLI::Range(1, 256).description(""))
      ->type_name("N");
  app.add_flag("--json", args.json, "Print the counts as JSON");
  app.footer(
      "Example: tacho dataset import timm/latency.csv yolobench/latency.csv -o all.h5\n"
      "         tacho dataset import nasbench201/latency_ms.csv --sample 900 -o cells.h5\n"
      "Rows that name no graph are skipped and counted.");
}

}  // namespace

int dataset_import_verb(const Arguments& arguments) {
  ImportArguments args;
  CLI::App app("Measured latencies and their graphs into a data set.", "tacho dataset import");
  add_options(app, args);
  if (!parse(app, arguments)) return 0;
  if (args.graphs.size() > 1 && args.graphs.size() != args.tables.size()) {
    throw Error("tacho dataset import: " + std::to_string(args.graphs.size()) + " --graphs for " +
                    std::to_string(args.tables.size()) + " tables; give one, or one for each",
                Fault::kUsage);
  }
  if (fs::exists(args.output) && !args.append) {
    throw Error(args.output + ": is there already; --append adds to it, or remove it first",
                Fault::kUsage);
  }

  std::unique_ptr<FeatureSource> source;
  if (!args.kernel_features.empty()) {
    source = std::make_unique<KernelFeatureSource>(args.kernel_features);
  }
  Dataset dataset;
  Faults faults;
  JsonItems json(args.json, "tables", json_context({{"output", args.output}}));
  const std::vector<LabelTable> tables = args.labels.read(args.tables);
  for (size_t i = 0; i < tables.size(); ++i) {
    const LabelTable& table = tables[i];
    const ImportReport report = import_table(args, source.get(), i, table.file.labels);
    report_problems(table.path, report, faults);
    if (args.json) {
      json.add(json_of(table, report));
    } else {
      print(table.path + ": " + summary_of(table.file, report) + "\n");
    }
    with_context(table.path, [&] { merge_into(dataset, report.dataset); });
  }
  if (faults.any() && !args.skip_missing) {
    faults.report(Error(args.output + ": not written; --skip-missing imports the rest"));
    return faults.exit_code();
  }
  append_dataset(args.output, dataset);
  return 0;
}

}  // namespace tacho
