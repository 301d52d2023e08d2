// tacho db import: files of measurements into a latency database.
#include "cli/db_import.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/db_option.h"
#include "cli/db_verbs.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "common/text.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;
constexpr size_t kMaxListed = 10;

struct DbImportOptions {
  std::vector<std::string> files;
  std::string graphs;
  std::string measured_on;
  DbOption db;
  bool skip_missing = false;
  bool json = false;
};

std::string archive_of(const DbImportOptions& o, const std::string& file) {
  if (!o.graphs.empty()) return o.graphs;
  const fs::path folder = fs::path(file).parent_path();
  if (fs::exists(folder / "onnx.tar.zst")) return (folder / "onnx.tar.zst").string();
  return folder.empty() ? "." : folder.string();
}

LabelRecords read_records(const DbImportOptions& o, const std::string& file) {
  if (fs::path(file).extension() == ".json") {
#ifdef TACHO_WITH_ONNX_WRITER
    return read_kernel_records(file, o.measured_on);
#else
    throw Error(file +
                ": this build cannot keep kernels: it is without ONNX (Debian: libonnx-dev)");
#endif
  }
  std::unique_ptr<Progress> progress;  // made at the first call, which knows the total
  return read_label_records(file, archive_of(o, file), [&](size_t done, size_t total) {
    if (!progress) progress = std::make_unique<Progress>("reading " + file, total);
    progress->update(done);
  });
}

void report_problems(const std::string& file, const LabelRecords& read, Faults& faults) {
  for (const std::string& problem : read.problems) faults.report(Error(file + ": " + problem));
  if (read.missing.empty()) return;
  const size_t listed = std::min(read.missing.size(), kMaxListed);
  const std::vector<std::string> first(read.missing.begin(),
                                       read.missing.begin() + static_cast<long>(listed));
  std::string text = file + ": " + std::to_string(read.missing.size()) +
                     " of its graphs are not there: " + join(first);
  if (listed < read.missing.size()) {
    text += " and " + std::to_string(read.missing.size() - listed) + " more";
  }
  faults.report(Error(text + "; --graphs says where they are"));
}

}  // namespace

int db_import_verb(const Arguments& args) {
  DbImportOptions o;
  CLI::App app("Measurements from files into a latency database.", "tacho db import");
  app.add_option("FILES", o.files,
                 "labels.csv, latency.csv, HELP's latency_ms.csv, NNLQP's rows or gt.txt; "
                 "nn-Meter's profiled_<kernel>.json")
      ->required();
  app.add_option("-g,--graphs", o.graphs,
                 "Archive or folder of the graphs; default: onnx.tar.zst beside the file, else its "
                 "folder")
      ->type_name("ARCHIVE");
  app.add_option("--measured-on", o.measured_on,
                 "The platform of nn-Meter's files, which name none")
      ->type_name("PLATFORM");
  o.db.add_to(app);
  app.add_flag("--skip-missing,--keep-going", o.skip_missing,
               "Import the rest although some graphs are not there or cannot be used");
  app.add_flag("--json", o.json, "Print the counts as JSON");
  app.footer(
      "Examples:\n  tacho db import timm/latency.csv --db latency.sqlite\n"
      "  tacho db import profiled_conv-bn-relu.json --measured-on phone-pixel4-tflite2.1-fp32\n"
      "A network is known by what it computes, so that all its files share their measurements. A\n"
      "file that is imported again changes nothing. Rows that name no graph are skipped and "
      "counted.");
  if (!parse(app, args)) return 0;

  std::vector<LabelRecords> all;
  Faults faults;
  for (const std::string& file : o.files) {
    all.push_back(read_records(o, file));
    report_problems(file, all.back(), faults);
  }
  if (faults.any() && !o.skip_missing) {
    faults.report(Error("nothing was imported; --skip-missing imports the rest"));
    return faults.exit_code();
  }
  LatencyDb db = o.db.open(SqlAccess::kWrite);
  JsonItems json(o.json, "files", json_context({{"db", db.name()}}));
  for (size_t i = 0; i < all.size(); ++i) {
    const LabelRecords& read = all[i];
    const size_t added = db.add(read.records, read.graphs);
    const size_t usable = read.records.size();
    if (o.json) {
      json.add({{"file", o.files[i]},
                {"rows", read.num_rows},
                {"usable", usable},
                {"added", added},
                {"networks", read.graphs.size()},
                {"without_graph", read.without_graph},
                {"missing_graphs", read.missing.size()},
                {"problems", read.problems}});
      continue;
    }
    print(o.files[i] + ": " + std::to_string(added) + " of " + std::to_string(read.num_rows) +
          " measurements added");
    std::vector<std::string> notes;
    const auto note = [&](size_t count, const char* what) {
      if (count > 0) notes.push_back(std::to_string(count) + " " + what);
    };
    note(usable - added, "were there");
    note(read.without_graph, "name no graph");
    note(read.num_rows - usable - read.without_graph, "have no usable graph or latency");
    print((notes.empty() ? "" : " (" + join(notes) + ")") + "\n");
  }
  return 0;
}

}  // namespace tacho
