// tacho linear bottleneck: where a model's time goes, block by block.
#include "kernel_builder/linear_bottleneck.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/linear_verbs.h"
#include "cli/models.h"
#include "cli/places.h"
#include "common/text.h"

namespace tacho {
namespace {

struct Options {
  std::vector<std::string> models;
  std::string platform;
  std::string file;
  size_t top = 0;
  ShapeOptions shapes;
  FusionOptions fusion;
  FormatOptions format;
};

bool read_options(const Arguments& args, Options& o) {
  CLI::App app("Where a model's time goes, block by block, by the linear model.",
               "tacho linear bottleneck");
  app.add_option("MODEL", o.models,
                 "ONNX files, references, folders, patterns, or - for standard input")
      ->required();
  app.add_option("-m,--model", o.file,
                 "What tacho linear fit wrote; default: checkpoints/linear.json")
      ->type_name("MODEL.json");
  app.add_option("-p,--platform", o.platform, "Its name")->required();
  app.add_option("--top", o.top, "Only the slowest N blocks; 0: all, in the model's order")
      ->capture_default_str();
  o.shapes.add_to(app);
  o.fusion.add_to(app);
  o.format.add_to(app);
  app.footer(
      "Example: tacho linear bottleneck resnet18.onnx --model linear.json --platform cpu-x\n"
      "Blocks are cut where one tensor alone is alive: a residual block is one block. A block is\n"
      "memory-bound if its ACTS cost more than its FLOPs, that is, if its intensity (FLOPs per\n"
      "ACTS element) is below the platform's ridge. The blocks add up to the prediction.");
  return parse(app, args);
}

Table table_of(const std::vector<BlockCost>& costs, double total_ms, double ridge) {
  Table table;
  table.columns = {{"block"},
                   {"ms"},
                   {"share_percent", "share %"},
                   {"bound"},
                   {"acts_ms", "acts ms"},
                   {"flops_ms", "flops ms"},
                   {"intensity_flops_per_act", "FLOP/act"},
                   {"ridge_flops_per_act", "ridge"},
                   {"kernels"}};
  const auto finite = [](double x) { return std::isfinite(x) ? Cell{x} : Cell{}; };
  for (const BlockCost& c : costs) {
    table.rows.push_back({c.block.name, c.ms, total_ms > 0 ? Cell{100 * c.ms / total_ms} : Cell{},
                          c.bound, c.acts_ms, c.flops_ms, finite(c.intensity), finite(ridge),
                          c.kernels});
  }
  return table;
}

nlohmann::ordered_json json_of(const std::string& name, const std::string& platform,
                               const Table& blocks, double total_ms) {
  nlohmann::ordered_json json;
  json["model"] = name;
  json["platform"] = platform;
  json["latency_ms"] = json_number(total_ms);
  json["blocks"] = table_json(blocks);
  return json;
}

}  // namespace

int linear_bottleneck_verb(const Arguments& args) {
  Options options;
  if (!read_options(args, options)) return 0;
  const LowerOptions how{options.shapes.bind(), options.fusion.rules()};
  if (options.file.empty()) options.file = released_file("linear.json", "--model");
  const LinearPredictor predictor(options.file);
  const LinearPlatform& platform = predictor.model().at(options.platform);
  const Format format = options.format.format();
  Faults faults;
  bool first = true;
  JsonItems json(format == Format::kJson, "models", json_context({{"model", options.file}}));
  for_each_model(options.models, faults, [&](NamedGraph file) {
    const LoweredModel model = lower(std::move(file.graph), how);
    for (const std::string& notice : model.notices) print_notice(file.name + ": " + notice);
    const double total_ms =
        predictor.latency_ms(platform.name, totals_of(model.graph, model.kernels));
    std::vector<BlockCost> costs = block_costs(predictor, platform.name, model);
    if (options.top > 0) {
      std::stable_sort(costs.begin(), costs.end(),
                       [](const BlockCost& a, const BlockCost& b) { return a.ms > b.ms; });
      costs.resize(std::min(costs.size(), options.top));
    }
    const Table table = table_of(costs, total_ms, platform.law.ridge());
    json.add(json_of(file.name, platform.name, table, total_ms));
    if (format == Format::kCsv) {
      print(table_csv(with_columns(table, {{"model", file.name}}), first));
    } else if (format != Format::kJson) {
      print((first ? "" : "\n") + file.name + ", batch " + std::to_string(batch_of(model.graph)) +
            ", " + platform.name + ": " + significant(total_ms, 3) + " ms\n");
      print_table(table, format);
    }
    first = false;
  });
  return faults.exit_code();
}

}  // namespace tacho
