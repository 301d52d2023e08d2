// tacho dataset split: labels files for training, validation and test, parted by model.
#include <filesystem>
#include <fstream>

#include "cli/arguments.h"
#include "cli/dataset_verbs.h"
#include "cli/measured_labels.h"
#include "cli/output.h"
#include "dataset/dataset.h"
#include "dataset/family.h"
#include "dataset/split.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;

struct SplitArguments {
  std::string input;
  std::string folder;
  SplitRule rule;
};

/// By the first bytes of every HDF5 file.
bool is_data_set(const std::string& path) {
  constexpr std::string_view kMagic = "\x89HDF\r\n\x1a\n";
  char start[kMagic.size()] = {};
  std::ifstream(path, std::ios::binary).read(start, sizeof start);
  return std::string_view(start, sizeof start) == kMagic;
}

std::vector<Label> labels_of(const Dataset& dataset) {
  std::vector<Label> labels;
  for (const SampleLabel& row : dataset.labels) {
    const Sample& sample = dataset.samples[static_cast<size_t>(row.sample)];
    Label label;
    label.graph = sample.graph;
    label.model = sample.model;
    label.family = family_of(sample.model);
    label.batch = sample.batch;
    label.platform = dataset.platforms[static_cast<size_t>(row.platform)];
    label.latency_ms = row.latency_ms;
    labels.push_back(std::move(label));
  }
  return labels;
}

std::vector<Label> read_labels(const std::string& path) {
  if (is_data_set(path)) return labels_of(load_dataset(path));
  LabelFile file = read_measured_labels(path);
  if (!file.without_graph.empty()) {
    print_notice(path + ": " + std::to_string(file.without_graph.size()) +
                 " rows without a graph left out");
  }
  return std::move(file.labels);
}

void add_options(CLI::App& app, SplitArguments& args) {
  app.add_option("DATA", args.input, "A data set, or a file of labels in any layout")
      ->required()
      ->type_name("DATA.h5|LABELS");
  app.add_option("-o,--output", args.folder, "Folder for train.csv, val.csv and test.csv")
      ->required()
      ->type_name("FOLDER");
  app.add_option("--seed", args.rule.seed, "Another seed is another split; default 0")
      ->type_name("S");
  app.add_option("--val", args.rule.fractions.validation,
                 "Share of models for validation; default 0.1")
      ->type_name("X");
  app.add_option("--test", args.rule.fractions.test, "Share of models for test; default 0.1")
      ->type_name("X");
  add_list_option(app, "--leave-family,--test-model-type", args.rule.test_families,
                  "Test on this family and no other; may be given several times")
      ->type_name("NAME");
  app.add_option("--folds", args.rule.folds, "Deal families out to K folds, one of them the test")
      ->type_name("K");
  app.add_option("--fold", args.rule.fold, "Which fold is the test, from 0; default 0")
      ->type_name("I");
  app.footer(
      "Example: tacho dataset split timm/latency.csv --seed 1 -o split/\n"
      "         tacho dataset split timm/latency.csv --leave-family resnet -o split/\n"
      "All batches, image sizes and platforms of a model are in the same file.");
}

}  // namespace

int dataset_split_verb(const Arguments& arguments) {
  SplitArguments args;
  CLI::App app("Labels files for training, validation and test.", "tacho dataset split");
  add_options(app, args);
  if (!parse(app, arguments)) return 0;
  check_split_rule(args.rule);

  std::vector<Label> labels = read_labels(args.input);
  std::vector<std::string> models;
  for (const Label& label : labels) models.push_back(label.model);
  const std::vector<Stage> stages =
      with_context(args.input, [&] { return split_models(models, args.rule); });
  const SharedText names[3] = {"train", "val", "test"};
  std::vector<Label> parts[3];
  for (size_t i = 0; i < labels.size(); ++i) {
    labels[i].stage = names[static_cast<size_t>(stages[i])];
    parts[static_cast<size_t>(stages[i])].push_back(std::move(labels[i]));
  }
  std::error_code problem;
  fs::create_directories(args.folder, problem);
  if (problem) throw Error(args.folder + ": cannot make the folder: " + problem.message());
  for (const Stage stage : {Stage::kTrain, Stage::kValidation, Stage::kTest}) {
    const std::vector<Label>& labels = parts[static_cast<size_t>(stage)];
    const fs::path path = fs::path(args.folder) / (std::string(stage_name(stage)) + ".csv");
    write_label_file(path.string(), labels);
    print(path.string() + ": " + std::to_string(labels.size()) + " labels\n");
  }
  return 0;
}

}  // namespace tacho
