// tacho-train: trains a checkpoint from a configuration file. `tacho train` hands over to it.
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "common/error.h"
#include "dataset/dataset.h"
#include "gnn/train/blas_setup.h"
#include "gnn/train/config.h"
#include "gnn/train/ensemble.h"
#include "gnn/train/report.h"
#include "gnn/train/trainer.h"
#include "gnn/train/training_set.h"

namespace {

constexpr const char* kFooter =
    "Example:\n"
    "  tacho train experiments/multi_platform/config.json --set epochs=20\n"
    "  tacho train CONFIG --set seed=2 --set output=b.safetensors\n"
    "  tacho train CONFIG --ensemble a.safetensors b.safetensors --set output=ab.safetensors\n"
    "\n"
    "Prints one line per epoch to stderr and, at the end, the errors on validation and test "
    "models.\n"
    "A killed run goes on where it was when it is started again; --fresh starts it anew.";

struct Arguments {
  std::string config;
  std::vector<std::string> settings;
  std::vector<std::string> ensemble;
  bool resume = false;
  bool fresh = false;
  bool train_on_all = false;
};

tacho::Dataset load_all(const tacho::TrainConfig& config) {
  tacho::Dataset data;
  for (const std::string& path : config.data) {
    tacho::merge_into(data, tacho::load_dataset(path));
  }
  return data;
}

void run(const Arguments& arguments) {
  std::vector<std::string> settings = arguments.settings;
  if (arguments.train_on_all) settings.push_back("train_on_all=true");
  const tacho::TrainConfig config = tacho::read_train_config(arguments.config, settings);
  tacho::Dataset data = load_all(config);
  const std::string digest = data.digest();
  const tacho::TrainingSet set = tacho::prepare_training_set(std::move(data), config);
  std::cerr << set.data.samples.size() << " graphs, " << set.data.platforms.size() << " platforms; "
            << set.labels_in(tacho::Stage::kTrain).size() << " labels to train on, "
            << set.labels_in(tacho::Stage::kValidation).size() << " to validate, "
            << set.labels_in(tacho::Stage::kTest).size() << " to test\n";

  if (!arguments.ensemble.empty()) {
    tacho::write_ensemble(arguments.ensemble, config, set, digest);
    std::cout << tacho::finish_checkpoint(config, set, digest, {});
    std::cerr << "wrote " << config.output << "\n";
    return;
  }
  tacho::TrainOptions options;
  options.data_digest = digest;
  if (arguments.resume) options.resume = tacho::Resume::kRequired;
  if (arguments.fresh) options.resume = tacho::Resume::kNever;
  const tacho::TrainResult result = tacho::train_model(config, set, options, std::cerr);
  std::cout << tacho::finish_checkpoint(config, set, digest, result);
  std::cerr << "wrote " << config.output << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  tacho::restart_with_fast_blas(argv);
  Arguments arguments;
  CLI::App app("Train a latency predictor.", "tacho train");
  app.footer(kFooter);
  app.add_option("config", arguments.config, "JSON configuration")->required()->type_name("CONFIG");
  app.add_option("--set", arguments.settings,
                 "override one key of the configuration, e.g. --set epochs=20")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->take_all();
  auto* ensemble =
      app.add_option("--ensemble", arguments.ensemble,
                     "instead: make these checkpoints, trained from different seeds, one whose "
                     "answer is their mean")
          ->type_name("FILE");
  auto* resume = app.add_flag("--resume", arguments.resume,
                              "go on with a killed run; an error if there is none");
  app.add_flag("--fresh", arguments.fresh, "start anew even if a killed run could go on")
      ->excludes(resume)
      ->excludes(ensemble);
  resume->excludes(ensemble);
  app.add_flag("--train-on-all", arguments.train_on_all,
               "train on validation and test models too, for exactly the configured epochs");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : static_cast<int>(tacho::Fault::kUsage);
  }
  try {
    run(arguments);
    return 0;
  } catch (const tacho::Error& e) {
    std::cerr << "tacho train: " << e.what() << "\n";
    return e.exit_code();
  } catch (const std::exception& e) {
    std::cerr << "tacho train: " << e.what() << "\n";
    return 1;
  }
}
