// tacho dataset stats: what is in a data set.
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/dataset_verbs.h"
#include "cli/output.h"
#include "dataset/statistics.h"

namespace tacho {
namespace {

Table platform_table(const DatasetStatistics& statistics) {
  Table table;
  table.columns = {{"platform"},
                   {"labels"},
                   {"models"},
                   {"min_ms", "min ms"},
                   {"median_ms", "median ms"},
                   {"max_ms", "max ms"},
                   {"mean_kernels", "kernels (mean)"}};
  for (const PlatformStatistics& p : statistics.platforms) {
    table.rows.push_back({p.platform, static_cast<int64_t>(p.labels),
                          static_cast<int64_t>(p.models), p.min_ms, p.median_ms, p.max_ms,
                          p.mean_kernels});
  }
  return table;
}

Table family_table(const DatasetStatistics& statistics) {
  Table table;
  table.columns = {{"family"}, {"models"}, {"graphs"}, {"labels"}};
  for (const FamilyStatistics& f : statistics.families) {
    table.rows.push_back({f.family, static_cast<int64_t>(f.models), static_cast<int64_t>(f.graphs),
                          static_cast<int64_t>(f.labels)});
  }
  return table;
}

}  // namespace

int dataset_stats_verb(const Arguments& args) {
  std::string path;
  bool families = false;
  FormatOptions format;
  CLI::App app("What is in a data set.", "tacho dataset stats");
  app.add_option("DATA", path, "The data set")->required()->type_name("DATA.h5");
  app.add_flag("--families", families, "List the families of networks instead of the platforms");
  format.add_to(app);
  app.footer("Example: tacho dataset stats all.h5 --json");
  if (!parse(app, args)) return 0;

  const Dataset dataset = load_dataset(path);
  const DatasetStatistics statistics = statistics_of(dataset);
  const Table table = families ? family_table(statistics) : platform_table(statistics);
  if (format.format() == Format::kJson) {
    nlohmann::ordered_json json;
    json["schema_version"] = kSchemaVersion;
    json["context"] = json_context({{"data", path}});
    json["digest"] = dataset.digest();
    json["feature_version"] = dataset.schema.version;
    if (!dataset.schema.source.empty()) json["feature_source"] = dataset.schema.source;
    json["graphs"] = statistics.graphs;
    json["samples"] = statistics.samples;
    json["models"] = statistics.models;
    json["labels"] = statistics.labels;
    json["kernels"] = statistics.kernels;
    json["edges"] = statistics.edges;
    json["platforms"] = table_json(platform_table(statistics));
    json["families"] = table_json(family_table(statistics));
    print(json_text(json) + "\n");
    return 0;
  }
  if (format.format() == Format::kText) {
    print(path + ": " + std::to_string(statistics.graphs) + " graphs of " +
          std::to_string(statistics.models) + " models in " +
          std::to_string(statistics.families.size()) + " families, " +
          std::to_string(statistics.samples) + " with a batch size, " +
          std::to_string(statistics.labels) + " labels, " + std::to_string(statistics.kernels) +
          " kernels; digest " + dataset.digest() + "\n\n");
  }
  print_table(table, format.format());
  return 0;
}

}  // namespace tacho
