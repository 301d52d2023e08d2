// tacho dataset import: published latencies and their graphs into an HDF5 data set.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/arguments.h"
#include "cli/dataset_verbs.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "dataset/import.h"
#include "kernel_builder/kernel_feature_source.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;

struct ImportArguments {
  std::vector<std::string> tables;
  std::vector<std::string> graphs;
  std::string output;
  std::string kernel_features;
  int threads = 2;
  bool append = false;
  bool keep_going = false;
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

ImportReport import_table(const ImportArguments& args, const FeatureSource* source, size_t table) {
  ImportOptions options;
  options.latency_csv = args.tables[table];
  options.graphs = graphs_of(args, table);
  options.threads = args.threads;
  options.source = source;
  std::unique_ptr<Progress> progress;  // made at the first call, which knows the total
  return import_latency_csv(options, [&](size_t done, size_t total) {
    if (!progress) progress = std::make_unique<Progress>("importing " + args.tables[table], total);
    progress->update(done);
  });
}

std::string summary_of(const ImportReport& report) {
  std::string text = "imported " + std::to_string(report.imported) + " of " +
                     std::to_string(report.rows) + " rows";
  std::string skipped;
  const auto add = [&](size_t count, const char* why) {
    if (count == 0) return;
    skipped += (skipped.empty() ? "" : ", ") + std::to_string(count) + " " + why;
  };
  add(report.without_graph, "without a graph");
  add(report.graph_not_found, "whose graph is not there");
  add(report.graph_failed, "whose graph cannot be used");
  return skipped.empty() ? text : text + "; skipped: " + skipped;
}

nlohmann::ordered_json json_of(const std::string& table, const ImportReport& report) {
  return {{"table", table},
          {"rows", report.rows},
          {"imported", report.imported},
          {"without_graph", report.without_graph},
          {"graph_not_found", report.graph_not_found},
          {"graph_failed", report.graph_failed},
          {"problems", report.problems}};
}

void add_options(CLI::App& app, ImportArguments& args) {
  app.add_option("TABLES", args.tables,
                 "latency.csv or labels.csv: columns graph, batch, platform, latency_ms[, model]")
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
  app.add_flag("--keep-going", args.keep_going,
               "Exit with 0 although some graphs could not be used");
  app.add_option("-j,--threads", args.threads, "Threads; default 2")
      ->check(CLI::Range(1, 256).description(""))
      ->type_name("N");
  app.add_flag("--json", args.json, "Print the counts as JSON");
  app.footer(
      "Example: tacho dataset import timm/latency.csv yolobench/latency.csv -o all.h5\n"
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
  for (size_t i = 0; i < args.tables.size(); ++i) {
    const ImportReport report = import_table(args, source.get(), i);
    for (const std::string& problem : report.problems) {
      faults.report(Error(args.tables[i] + ": " + problem));
    }
    if (args.json) {
      json.add(json_of(args.tables[i], report));
    } else {
      print(args.tables[i] + ": " + summary_of(report) + "\n");
    }
    with_context(args.tables[i], [&] { merge_into(dataset, report.dataset); });
  }
  append_dataset(args.output, dataset);
  return args.keep_going ? 0 : faults.exit_code();
}

}  // namespace tacho
