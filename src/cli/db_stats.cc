// tacho db stats: what is in a latency database.
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/db_option.h"
#include "cli/db_verbs.h"
#include "cli/output.h"

namespace tacho {
namespace {

Cell day_cell(const std::optional<int64_t>& at_ms, bool whole) {
  if (!at_ms) return {};
  const std::string text = time_text(*at_ms);
  return whole ? text : text.substr(0, 10);
}

Table platform_table(const std::vector<PlatformMeasurements>& all, bool whole_times) {
  Table table;
  table.columns = {{"platform"},
                   {"measurements"},
                   {"networks"},
                   {"lowest_batch", "batch from"},
                   {"highest_batch", "to"},
                   {"hosts"},
                   {"first_at", "first"},
                   {"last_at", "last"}};
  for (const PlatformMeasurements& p : all) {
    table.rows.push_back({p.platform, p.measurements, p.graphs, p.lowest_batch, p.highest_batch,
                          p.hosts, day_cell(p.first_at_ms, whole_times),
                          day_cell(p.last_at_ms, whole_times)});
  }
  return table;
}

}  // namespace

int db_stats_verb(const Arguments& args) {
  DbOption db_option;
  FormatOptions format;
  CLI::App app("What is in a latency database.", "tacho db stats");
  db_option.add_to(app);
  format.add_to(app);
  app.footer("Example: tacho db stats --db latency.sqlite");
  if (!parse(app, args)) return 0;

  LatencyDb db = db_option.open(SqlAccess::kRead);
  const std::vector<PlatformMeasurements> all = db.statistics();
  int64_t measurements = 0;
  for (const PlatformMeasurements& p : all) measurements += p.measurements;
  const int64_t networks = db.num_graphs(false), kept = db.num_graphs(true);
  if (format.format() == Format::kJson) {
    nlohmann::ordered_json json;
    json["schema_version"] = kSchemaVersion;
    json["context"] = json_context({{"db", db.name()}});
    json["measurements"] = measurements;
    json["networks"] = networks;
    json["networks_kept"] = kept;
    json["platforms"] = table_json(platform_table(all, true));
    print(json_text(json) + "\n");
    return 0;
  }
  print_table(platform_table(all, format.format() == Format::kCsv), format.format());
  if (format.format() == Format::kCsv) return 0;
  print("\n" + db.name() + ": " + std::to_string(measurements) + " measurements of " +
        std::to_string(networks) + " networks, of which " + std::to_string(kept) +
        " are kept with their graph\n");
  return 0;
}

}  // namespace tacho
