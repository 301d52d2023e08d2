// tacho kernel train: predictors from measured kernels.
#include <nlohmann/json.hpp>

#include "cli/kernel_data.h"
#include "cli/kernel_verbs.h"
#include "cli/output.h"
#include "common/error.h"
#include "common/text.h"
#include "kernel_builder/kernel_training.h"

namespace tacho {
namespace {

TrainingMethod method_named(const std::string& name) {
  if (name == "forest") return TrainingMethod::kForest;
  if (name == "boosting") return TrainingMethod::kBoosting;
  if (name == "best") return TrainingMethod::kBest;
  throw Error("--method " + name + name_hint(name, {"forest", "boosting", "best"}), Fault::kUsage);
}

}  // namespace

int kernel_train_verb(const Arguments& args) {
  KernelDataOptions data_options;
  KernelTrainingOptions options;
  FormatOptions format;
  std::string out, method = "best";
  bool hold_out = false;
  CLI::App app(
      "Trains predictors, one for each kind of kernel in the data, and prints their error "
      "on configurations that training did not see.",
      "tacho kernel train");
  data_options.add_to(app);
  app.add_option("-o,--output", out, "The file of predictors to write")->required();
  app.add_option("--method", method, "forest, boosting, or best: whichever validates better")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Of the split and of the trees")->capture_default_str();
  app.add_flag("--hold-out", hold_out,
               "Leave the test rows (a fifth of the configurations) out of the result; without it "
               "they are added once the figures are taken");
  app.add_option("--threads", options.threads, "Threads of the training")->capture_default_str();
  bool shared_only = false;
  app.add_option("--members", options.trees.members,
                 "Boosted forests to average; more are better, larger and slower")
      ->capture_default_str();
  app.add_option("--shared-members", options.shared_members,
                 "The same for the forest over all platforms; default: as --members")
      ->check(CLI::Range(1, 100).description(""));
  app.add_option("--trees", options.trees.max_trees, "Most trees of a boosted forest")
      ->capture_default_str();
  app.add_option("--leaves", options.trees.max_leaves, "Most leaves of a boosted tree")
      ->capture_default_str();
  app.add_flag("--shared-only", shared_only,
               "One forest over all platforms only: a smaller file, trained faster");
  format.add_to(app);
  app.footer(
      "Examples:\n  tacho kernel train conv.csv linear.csv --devices devices.csv -o "
      "cards.safetensors\n"
      "  tacho kernel train results.csv --method forest -o mine.safetensors");
  if (!parse(app, args)) return 0;
  options.method = method_named(method);
  options.on_all = !hold_out;
  options.own_forests = !shared_only;
  options.notice = print_notice;
  options.progress = print_notice;

  const Catalogue catalogue = user_catalogue();
  KernelData data = read_kernel_data(data_options, catalogue);
  options.devices = data.devices;
  const TrainedKernelPredictor trained = train_kernel_predictor(data.table, catalogue, options);
  trained.file.write(out);
  const Table table = kernel_figures_table(trained.figures);
  if (format.format() == Format::kJson) {
    nlohmann::ordered_json json;
    json["schema_version"] = kSchemaVersion;
    json["context"] = json_context({{"predictor", out}});
    json["figures"] = table_json(table);
    print(json_text(json) + "\n");
  } else if (!table.rows.empty()) {
    print_table(table, format.format());
  }
  return 0;
}

}  // namespace tacho
