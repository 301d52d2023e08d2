// tacho predict: ONNX file → graph → kernels → features → GNN → one latency per platform.
#include "cli/predict.h"

#include <algorithm>

#include "cli/arguments.h"
#include "cli/models.h"
#include "cli/places.h"
#include "cli/predict_report.h"
#include "cli/predictors.h"
#include "cli/requests.h"
#include "common/text.h"

namespace tacho {
namespace {

struct Options {
  std::vector<std::string> models;
  std::vector<std::string> platforms;
  PredictorOptions predictor;
  ShapeOptions shapes;
  FormatOptions format;
  RequestOptions requests;
  ReportOptions report;
  FusionOptions fusion;
  bool measured_only = false;
};

bool read_options(const PredictVerb& verb, const Arguments& args, Options& o) {
  CLI::App app(verb.summary, verb.name);
  app.add_option("models", o.models,
                 "ONNX files, references, folders (searched recursively), patterns, - for stdin");
  o.shapes.add_to(app);
  add_list_option(app, "-p,--platform", o.platforms,
                  "Name or pattern ('gpu-*'); may be given several times");
  if (verb.predictor == nullptr) {
    o.predictor.add_to(app);
  } else {
    o.predictor.add_file_to(app, verb.predictor);
  }
  app.add_flag("--measured-only", o.measured_only,
               "Leave out platforms that were never measured at this batch size");
  o.fusion.add_to(app);
  app.add_flag("--explain", o.report.explain,
               "Split each prediction into its kernels (of the first platform, if none is named)");
  app.add_option("--top", o.report.top, "With --explain: how many kernels to list, 0 for all")
      ->capture_default_str();
  app.add_option("--requests", o.requests.requests,
                 "CSV file with columns graph,batch,platform to answer instead");
  app.add_option("--out", o.requests.answers,
                 "With --requests: the CSV file to write; default: stdout");
  app.add_option("--graphs", o.requests.graphs,
                 "With --requests: the folder that graph names are relative to");
  o.format.add_to(app);
  app.footer(verb.examples);
  if (!parse(app, args)) return false;
  const std::string name = verb.name;
  if (o.models.empty() == o.requests.requests.empty()) {
    throw Error(name + ": name models or --requests, one of the two; --help shows an example",
                Fault::kUsage);
  }
  const bool table = !o.requests.requests.empty();
  for (const char* option : {"--batch", "--shape", "--platform", "--explain", "--measured-only",
                             "--json", "--csv", "--md"}) {
    if (table && app.count(option) > 0) {
      throw Error(name + ": " + option + " has no effect with --requests", Fault::kUsage);
    }
  }
  for (const char* option : {"--out", "--graphs"}) {
    if (!table && app.count(option) > 0) {
      throw Error(name + ": " + option + " goes with --requests", Fault::kUsage);
    }
  }
  return true;
}

void drop_extrapolated(int64_t batch, std::vector<Prediction>& predictions) {
  const auto extrapolated = [&](const Prediction& p) { return extrapolates(p, batch); };
  predictions.erase(std::remove_if(predictions.begin(), predictions.end(), extrapolated),
                    predictions.end());
  if (predictions.empty()) {
    throw Error("none of the platforms asked for was measured at batch " + std::to_string(batch) +
                "; tacho platforms lists the batch sizes, or leave out --measured-only");
  }
}

/// Those asked for, of which the ones that were never measured must be named one by one.
std::vector<std::string> platforms_of(const Predictor& predictor,
                                      const std::vector<std::string>& asked) {
  std::vector<std::string> known = predictor.platforms();
  const std::vector<std::string> unmeasured = predictor.unmeasured_platforms();
  std::vector<std::string> names;
  for (const std::string& text : asked) {
    for (const std::string& name : split(text, ',')) names.push_back(name);
  }
  for (const std::string& name : unmeasured) {
    if (std::count(names.begin(), names.end(), name) > 0) known.push_back(name);
  }
  if (asked.empty() && !unmeasured.empty()) {
    print_notice(
        "left out, since they were never measured; --platform NAME predicts one from its "
        "data sheet: " +
        join(unmeasured));
  }
  return choose_platforms(known, asked);
}

}  // namespace

int run_predict(const PredictVerb& verb, const Arguments& args) {
  Options options;
  if (!read_options(verb, args, options)) return 0;
  const LowerOptions how{options.shapes.bind(), options.fusion.rules()};
  options.requests.fusion = how.fusion;
  const OpenPredictor opened = open_predictor(options.predictor);
  const Predictor& predictor = *opened.predictor;
  Faults faults;
  if (!options.requests.requests.empty()) {
    answer_requests(predictor, options.requests, faults);
    return faults.exit_code();
  }

  PredictOptions wanted;
  wanted.per_kernel = options.report.explain;
  wanted.platforms = platforms_of(predictor, options.platforms);
  if (options.report.explain && options.platforms.empty()) wanted.platforms.resize(1);
  options.report.format = options.format.format();
  PredictReport report(options.report, predictor.description(), opened.file);
  for_each_model(options.models, faults, [&](NamedGraph file) {
    const LoweredModel model = lower(std::move(file.graph), how);
    for (const std::string& notice : model.notices) print_notice(file.name + ": " + notice);
    std::vector<Prediction> predictions = predictor.predict(model, wanted);
    if (options.measured_only) drop_extrapolated(batch_of(model.graph), predictions);
    report.add(file.name, model, predictions);
  });
  report.finish();
  return faults.exit_code();
}

int predict_verb(const Arguments& args) {
  static const PredictVerb kVerb{
      "tacho predict",
      "Latency of models on the platforms of a checkpoint, in milliseconds per batch.",
      "Examples:\n  tacho predict resnet18.onnx --batch 8 --platform 'gpu-*'\n"
      "  tacho predict resnet18.onnx --explain --platform npu-vim3-ksnn\n"
      "  tacho predict resnet18.onnx --predictor kernel --platform l4\n"
      "  tacho predict --requests requests.csv --out answers.csv --graphs models/\n"
      "A platform that no measurement was seen of (with --predictor kernel: data sheets alone) is\n"
      "predicted only where it is named.\n"
      "Exit codes: 0 all done, 1 fault, 2 usage, 3 a model that uses something unsupported."};
  return run_predict(kVerb, args);
}

}  // namespace tacho
