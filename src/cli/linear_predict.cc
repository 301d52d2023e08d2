// tacho linear predict: latency by the linear model, and which term it comes from.
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/linear_verbs.h"
#include "cli/models.h"
#include "cli/places.h"
#include "kernel_builder/linear_predictor.h"

namespace tacho {
namespace {

struct Options {
  std::vector<std::string> models;
  std::vector<std::string> platforms;
  std::string file;
  ShapeOptions shapes;
  FormatOptions format;
};

bool read_options(const Arguments& args, Options& o) {
  CLI::App app("Latency by the linear model, and which term it comes from.",
               "tacho linear predict");
  app.add_option("MODEL", o.models,
                 "ONNX files, references, folders, patterns, or - for standard input")
      ->required();
  app.add_option("-m,--model", o.file,
                 "What tacho linear fit wrote; default: checkpoints/linear.json")
      ->type_name("MODEL.json");
  o.shapes.add_to(app);
  add_list_option(app, "-p,--platform", o.platforms,
                  "Name or pattern ('gpu-*'); may be given several times");
  o.format.add_to(app);
  app.footer(
      "Example: tacho linear predict resnet18.onnx --model linear.json --batch 64\n"
      "lower to upper held four in five of the measurements that the model was fitted to. In the\n"
      "low range the terms are those of the law; the latency is slope * their sum + offset.");
  return parse(app, args);
}

Table empty_table() {
  Table table;
  table.columns = {{"model"},
                   {"platform"},
                   {"latency_ms", "latency ms"},
                   {"lower_ms", "lower"},
                   {"upper_ms", "upper"},
                   {"acts_ms", "acts ms"},
                   {"inputs_ms", "inputs ms"},
                   {"flops_ms", "flops ms"},
                   {"constant_ms", "constant ms"},
                   {"range"}};
  return table;
}

}  // namespace

int linear_predict_verb(const Arguments& args) {
  Options options;
  if (!read_options(args, options)) return 0;
  const BindOptions bind = options.shapes.bind();
  if (options.file.empty()) options.file = released_file("linear.json", "--model");
  const LinearPredictor predictor(options.file);
  PredictOptions wanted;
  wanted.platforms = choose_platforms(predictor.platforms(), options.platforms, options.file);
  const Format format = options.format.format();
  Table table = empty_table();
  Faults faults;
  {
    JsonItems json(format == Format::kJson, "predictions", json_context({{"model", options.file}}));
    for_each_model(options.models, faults, [&](NamedGraph file) {
      const LoweredModel model = lower(std::move(file.graph), bind);
      for (const std::string& notice : model.notices) print_notice(file.name + ": " + notice);
      const GraphTotals totals = totals_of(model.graph, model.kernels);
      const LinearTerms terms =
          linear_terms(totals.cost, totals.input_elements, predictor.model().write_weight);
      Table rows = empty_table();
      for (const Prediction& p : predictor.predict(model, wanted)) {
        const LinearPlatform& platform = predictor.model().at(p.platform);
        const LinearLaw& law = platform.law;
        rows.rows.push_back({file.name, p.platform, p.latency_ms, p.lower_ms, p.upper_ms,
                             law.ms_per_act * terms.acts, law.ms_per_input * terms.inputs,
                             law.ms_per_flop * terms.flops, law.constant_ms,
                             platform.in_low_range(terms) ? "low" : "law"});
      }
      for (const auto& item : table_json(rows)) json.add(item);
      table.rows.insert(table.rows.end(), rows.rows.begin(), rows.rows.end());
    });
  }
  if (format != Format::kJson && !table.rows.empty()) print_table(table, format);
  return faults.exit_code();
}

}  // namespace tacho
