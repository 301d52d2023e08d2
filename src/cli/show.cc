// tacho show: what a model is made of.
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/models.h"
#include "cli/output.h"
#include "cli/show_parts.h"
#include "common/text.h"
#include "graph_ir/onnx_reader.h"

namespace tacho {
namespace {

struct Options {
  std::vector<std::string> models;
  ShapeOptions shapes;
  FormatOptions format;
  bool kernels = false;
  bool dot = false;
  std::string columns;
  std::string sort;
  FusionOptions fusion;
  std::string platform;

  std::vector<std::string> column_list() const {
    return columns.empty() ? std::vector<std::string>{} : split(columns, ',');
  }
};

bool read_options(const Arguments& args, Options& o) {
  CLI::App app("What a model is made of: shapes, operators, kernels after fusion, FLOPs, bytes.",
               "tacho show");
  app.add_option("models", o.models,
                 "ONNX files, references, folders (searched recursively), patterns, - for stdin")
      ->required();
  o.shapes.add_to(app);
  app.add_flag("-k,--kernels", o.kernels, "One row per kernel instead of the summary");
  app.add_option("--columns", o.columns, "Of the kernels: columns by their CSV names, a,b,c");
  app.add_option(
      "--sort", o.sort,
      "Of the kernels: by this column, numbers descending; +NAME or -NAME says which way");
  o.fusion.add_to(app);
  app.add_option(
      "-p,--platform", o.platform,
      "Instead: what a backend here makes of the model before it runs (libtorch:threads=1, "
      "or the platform that it is)");
  CLI::Option* dot = app.add_flag("--dot", o.dot, "Print the kernels as a Graphviz graph");
  o.format.add_to(app);
  for (const char* other : {"--json", "--csv", "--md"}) dot->excludes(app.get_option(other));
  app.footer(
      "Examples:\n  tacho show resnet18.onnx --batch 8\n"
      "  tacho show resnet18.onnx --kernels --columns kernel,node,output,flops --sort flops\n"
      "  tacho show resnet18.onnx --dot | dot -Tsvg -o resnet18.svg\n"
      "One multiply-accumulate is 1 MAC and 2 FLOPs. Figures are per forward pass of the whole "
      "batch.");
  if (!parse(app, args)) return false;
  if (!o.columns.empty() || !o.sort.empty()) o.kernels = true;
  return true;
}

Cell count_or_ratio(const nlohmann::ordered_json& value) {
  if (value.is_null()) return {};
  const auto x = value.get<double>();
  return std::floor(x) == x ? Cell{static_cast<int64_t>(x)} : Cell{x};
}

/// The summary as one row per model, for CSV.
Table summary_row(const ShownModel& model) {
  const nlohmann::ordered_json json = summary_json(model);
  Table table;
  table.rows.emplace_back();
  for (const auto& [key, value] : json.items()) {
    if (value.is_array() || value.is_object()) continue;
    table.columns.push_back({key});
    if (value.is_number_integer()) table.rows[0].push_back(value.get<int64_t>());
    if (value.is_number_float() || value.is_null()) table.rows[0].push_back(count_or_ratio(value));
    if (value.is_string()) table.rows[0].push_back(value.get<std::string>());
  }
  return table;
}

}  // namespace

int show_verb(const Arguments& args) {
  Options options;
  if (!read_options(args, options)) return 0;
  const LowerOptions how{options.shapes.bind(), options.fusion.rules()};
  const Format format = options.format.format();
  const std::vector<std::string> columns = options.column_list();
  select_columns(kernel_table({}), columns,
                 options.sort);  // wrong names are found before any model is
  if (!options.platform.empty()) {
    return show_on_platform(options.models, how, options.platform, format);
  }
  Faults faults;
  JsonItems json(format == Format::kJson, "models", json_context());
  int shown = 0;
  for_each_model(options.models, faults, [&](const NamedGraph& file) {
    const ShownModel model{file.name, file.graph, lower(file.graph, how)};
    for (const std::string& notice : model.lowered.notices) print_notice(file.name + ": " + notice);
    const Table kernels = select_columns(kernel_table(model), columns, options.sort);
    if (options.dot) {
      print(kernels_dot(model));
    } else if (format == Format::kJson) {
      nlohmann::ordered_json item = summary_json(model);
      if (options.kernels) item["kernel_list"] = table_json(kernels);
      json.add(item);
    } else if (format == Format::kCsv) {
      const Table table =
          options.kernels ? with_columns(kernels, {{"model", file.name}}) : summary_row(model);
      print(table_csv(table, shown == 0));
    } else {
      print((shown > 0 ? "\n" : "") +
            (options.kernels ? printable(file.name) + "\n" : std::string()));
      if (format == Format::kMarkdown && options.kernels) print("\n");
      print_table(options.kernels ? kernels : summary_table(model), format);
    }
    flush_results();
    ++shown;
  });
  return faults.exit_code();
}

}  // namespace tacho
