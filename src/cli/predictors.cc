#include "cli/predictors.h"

#include "cli/places.h"
#include "common/error.h"
#include "common/text.h"
#include "gnn/serve/gnn_predictor.h"
#include "kernel_builder/kernel_feature_source.h"
#include "kernel_builder/kernel_sum_predictor.h"
#include "kernel_builder/linear_predictor.h"

namespace tacho {
namespace {

struct Kind {
  const char* name;
  std::string (*default_file)();
  std::unique_ptr<Predictor> (*open)(const std::string& file);
};

std::unique_ptr<Predictor> open_gnn(const std::string& file) {
  return std::make_unique<GnnPredictor>(file, load_kernel_feature_source);
}

std::unique_ptr<Predictor> open_kernel(const std::string& file) {
  return std::make_unique<KernelSumPredictor>(file);
}

std::unique_ptr<Predictor> open_linear(const std::string& file) {
  return std::make_unique<LinearPredictor>(file);
}

constexpr const char* kOption = "--checkpoint";

// All kinds, the default first.
const Kind kKinds[] = {
    {"gnn", [] { return checkpoint_path(""); }, open_gnn},
    {"kernel", [] { return released_file("kernels", kOption); }, open_kernel},
    {"linear", [] { return released_file("linear.json", kOption); }, open_linear},
};

}  // namespace

void PredictorOptions::add_to(CLI::App& app) {
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) names.push_back(kind.name);
  app.add_option("--predictor", this->kind, "How to predict: " + join(names))
      ->type_name("KIND")
      ->capture_default_str();
  app.add_option("-c,--checkpoint", file,
                 "Its trained model; default of gnn: $TACHO_CHECKPOINT, else "
                 "checkpoints/default.safetensors; of kernel: checkpoints/kernels; "
                 "of linear: checkpoints/linear.json");
}

void PredictorOptions::add_file_to(CLI::App& app, const std::string& only_kind) {
  kind = only_kind;
  app.add_option("-m,--model,-c,--checkpoint", file,
                 "Its trained model; default: the one that comes with the program")
      ->type_name("MODEL");
}

OpenPredictor open_predictor(const PredictorOptions& options) {
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) {
    names.push_back(kind.name);
    if (options.kind != kind.name) continue;
    const std::string file = options.file.empty() ? kind.default_file() : options.file;
    return {kind.open(file), file};
  }
  throw Error("no predictor '" + options.kind + "'" + name_hint(options.kind, names),
              Fault::kUsage);
}

}  // namespace tacho
