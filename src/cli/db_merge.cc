// tacho db merge: all of other databases into one.
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/db_option.h"
#include "cli/db_verbs.h"
#include "cli/output.h"
#include "cli/progress.h"

namespace tacho {
namespace {

constexpr size_t kTogether = 10000;  // measurements of a transaction

struct Merged {
  size_t measurements = 0;
  size_t added = 0;
};

/// What writing met, on its way out of the visits of the source, which put the source's name in
/// front of every exception that they know.
struct WriteFault {
  Error error;
};

size_t add_to(LatencyDb& into, const std::vector<LatencyRecord>& records,
              const std::vector<StoredGraph>& graphs) {
  try {
    return into.add(records, graphs);
  } catch (const Error& e) {
    throw WriteFault{e};
  }
}

/// A run that was killed has added some whole transactions; the next adds the rest.
Merged merge(LatencyDb& from, LatencyDb& into) {
  std::vector<StoredGraph> graphs;
  from.for_each_graph([&](const StoredGraph& graph) {
    graphs.push_back(graph);
    if (graphs.size() < kTogether / 10) return;  // with their bodies
    add_to(into, {}, graphs);
    graphs.clear();
  });
  add_to(into, {}, graphs);
  Merged merged;
  std::vector<LatencyRecord> records;
  Progress progress("merging " + from.name(), static_cast<size_t>(from.num_measurements()));
  const auto flush = [&] {
    merged.measurements += records.size();
    merged.added += add_to(into, records, {});
    records.clear();
    progress.update(merged.measurements);
  };
  from.for_each({}, [&](const LatencyRecord& record) {
    records.push_back(record);
    if (records.size() == kTogether) flush();
  });
  flush();
  return merged;
}

}  // namespace

int db_merge_verb(const Arguments& args) {
  std::vector<std::string> sources;
  DbOption db_option;
  bool as_json = false;
  CLI::App app("Adds what other databases have to one; what is there already stays as it is.",
               "tacho db merge");
  app.add_option("FROM", sources, "Databases: SQLite files or postgres://…")->required();
  db_option.add_to(app);
  app.add_flag("--json", as_json, "Print the counts as JSON");
  app.footer("Example: tacho db merge laptop.sqlite phone.sqlite --db all.sqlite");
  if (!parse(app, args)) return 0;

  std::vector<std::unique_ptr<LatencyDb>> from;  // all of them before anything is written
  for (const std::string& source : sources) {
    from.push_back(std::make_unique<LatencyDb>(source, SqlAccess::kRead));
  }
  LatencyDb into = db_option.open(SqlAccess::kWrite);
  JsonItems json(as_json, "databases", json_context({{"db", into.name()}}));
  for (const auto& source : from) {
    Merged merged;
    try {
      merged = merge(*source, into);
    } catch (const WriteFault& fault) {
      throw Error(fault.error);
    }
    if (as_json) {
      json.add({{"from", source->name()},
                {"measurements", merged.measurements},
                {"added", merged.added}});
    } else {
      print(source->name() + ": " + std::to_string(merged.added) + " of " +
            std::to_string(merged.measurements) + " measurements were new\n");
    }
  }
  return 0;
}

}  // namespace tacho
