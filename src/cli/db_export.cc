// tacho db export: measurements as labels.csv, and their graphs.
#include <filesystem>
#include <set>

#include "cli/arguments.h"
#include "cli/db_option.h"
#include "cli/db_verbs.h"
#include "cli/output.h"
#include "common/csv.h"
#include "common/exact_number.h"
#include "common/side_file.h"
#include "common/text.h"
#include "dataset/platforms.h"
#include "dataset/split.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kColumns = {
    "graph", "batch",       "platform", "latency_ms", "stage",      "model", "stddev_ms",
    "runs",  "measured_at", "host",     "source",     "graph_hash", "id"};

struct ExportOptions {
  DbOption db;
  std::string output;
  std::string graphs;
  std::vector<std::string> platforms;
  bool latest = false;
};

/// `graph`: what the row calls the network. Its model follows from the name that it was measured
/// under, and must not change with it: training and test sets are split by models.
std::string line_of(const LatencyRecord& r, const std::string& graph) {
  const std::string model = r.network.empty() && graph != r.model ? model_of(r.model) : r.network;
  const std::vector<std::string> fields = {graph,
                                           std::to_string(r.key.batch),
                                           r.platform,
                                           exact_number(r.latency_ms),
                                           r.stage,
                                           model,
                                           r.stddev_ms ? exact_number(*r.stddev_ms) : "",
                                           r.runs ? std::to_string(*r.runs) : "",
                                           r.measured_at_ms ? time_text(*r.measured_at_ms) : "",
                                           r.host,
                                           r.source,
                                           r.key.hash.hex(),
                                           r.id};
  std::vector<std::string> quoted;
  for (const std::string& field : fields) quoted.push_back(csv_field(field));
  return join(quoted, ",") + "\n";
}

/// What labels call each network that is kept and was measured; files are written into `folder`.
std::map<GraphHash, std::string> write_graphs(LatencyDb& db, const RecordFilter& filter,
                                              const std::string& folder) {
  std::set<GraphHash> measured;
  db.for_each(filter, [&](const LatencyRecord& record) { measured.insert(record.key.hash); });
  std::map<GraphHash, std::string> names;
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) throw Error(folder + ": cannot make this folder: " + problem.message());
  db.for_each_graph([&](const StoredGraph& graph) {
    if (measured.count(graph.hash) == 0) return;
    if (graph.form == "reference") names[graph.hash] = graph.body;
    if (graph.form != "onnx") return;
    const std::string file = graph.hash.hex() + ".onnx";
    write_whole_file((fs::path(folder) / file).string(), graph.body);
    names[graph.hash] = file;
  });
  return names;
}

}  // namespace

int db_export_verb(const Arguments& args) {
  ExportOptions o;
  CLI::App app("Measurements as labels.csv, which every verb that reads labels takes.",
               "tacho db export");
  o.db.add_to(app);
  app.add_option("-o,--output", o.output, "The file to write; default: stdout")
      ->type_name("LABELS.csv");
  app.add_option("-g,--graphs", o.graphs,
                 "Also write the networks, without weights, into this folder, and name them so")
      ->type_name("FOLDER");
  add_list_option(app, "-p,--platform", o.platforms,
                  "Only these: name or pattern ('gpu-*'); may be given several times");
  app.add_flag("--latest", o.latest, "Only the newest of each network, batch size and platform");
  app.footer(
      "Example: tacho db export --platform 'cpu-*' --graphs graphs/ -o labels.csv\n"
      "tacho db import takes the file back: measurements keep their ids and are not doubled.\n"
      "Each run's time and the facts of the machine are not in it; tacho db merge copies all.");
  if (!parse(app, args)) return 0;

  LatencyDb db = o.db.open(SqlAccess::kRead);
  RecordFilter filter;
  filter.latest_only = o.latest;
  if (!o.platforms.empty())
    filter.platforms = choose_platforms(db.platforms(), o.platforms, db.name());
  std::map<GraphHash, std::string> names;
  if (!o.graphs.empty()) names = write_graphs(db, filter, o.graphs);
  std::optional<SideFile> file;
  if (!o.output.empty()) file.emplace(o.output);
  const auto write = [&](const std::string& line) {
    if (file) {
      file->stream() << line;
    } else {
      print(line);
    }
  };
  write(join(kColumns, ",") + "\n");
  size_t count = 0, unnamed = 0;
  db.for_each(filter, [&](const LatencyRecord& record) {
    const auto name = names.find(record.key.hash);
    if (!o.graphs.empty() && name == names.end()) {
      ++unnamed;
      return;
    }
    write(line_of(record, name == names.end() ? record.model : name->second));
    ++count;
  });
  if (file) file->put_in_place();
  if (unnamed > 0) {
    print_notice(std::to_string(unnamed) +
                 " measurements left out: their networks are known by their hashes alone");
  }
  if (file) print(o.output + ": " + std::to_string(count) + " measurements\n");
  return 0;
}

}  // namespace tacho
