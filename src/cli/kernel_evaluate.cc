// tacho kernel evaluate: how near predictors come to measured kernels.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/kernel_data.h"
#include "cli/kernel_verbs.h"
#include "cli/output.h"
#include "cli/places.h"
#include "common/error.h"
#include "common/text.h"
#include "kernel_builder/kernel_predictor_file.h"
#include "kernel_builder/kernel_training.h"

namespace tacho {
namespace {

/// Only the rows of `stage` in the split that the predictor was trained with.
void keep_stage(std::vector<MeasuredKernel>& rows, const std::string& stage,
                const nlohmann::json& training, const Catalogue& catalogue) {
  KernelStage wanted = KernelStage::kTest;
  if (stage == "train")
    wanted = KernelStage::kTrain;
  else if (stage == "val")
    wanted = KernelStage::kValidation;
  else if (stage != "test")
    throw Error("--split " + stage + name_hint(stage, {"train", "val", "test"}), Fault::kUsage);
  if (!training.contains("split")) {
    throw Error("--split: the predictor does not say how its data was split", Fault::kUsage);
  }
  const uint64_t seed = training.at("seed");
  const double validation = training.at("split").at("validation");
  const double test = training.at("split").at("test");
  std::vector<MeasuredKernel> kept;
  for (MeasuredKernel& row : rows) {
    if (kernel_stage(row.config, catalogue, seed, validation, test) == wanted) {
      kept.push_back(std::move(row));
    }
  }
  rows = std::move(kept);
}

}  // namespace

int kernel_evaluate_verb(const Arguments& args) {
  KernelDataOptions options;
  std::string predictor, stage;
  FormatOptions format;
  CLI::App app(
      "Error of predictors on measured kernels, for each kind and platform, and the mean "
      "of the platforms.",
      "tacho kernel evaluate");
  options.add_to(app);
  app.add_option("--predictor", predictor,
                 "File of tacho kernel train, or a folder of them; default: checkpoints/kernels");
  app.add_option("--split", stage, "Only this part of the data: train, val, test");
  format.add_to(app);
  app.footer(
      "Example: tacho kernel evaluate conv.csv --predictor checkpoints/kernels\n"
      "Errors are |predicted - measured| / measured.");
  if (!parse(app, args)) return 0;

  if (predictor.empty()) predictor = released_file("kernels", "--predictor");
  const Catalogue catalogue = user_catalogue();
  KernelPredictorFile file;
  if (std::filesystem::is_directory(predictor)) {
    if (!stage.empty()) throw Error("--split needs one file as --predictor", Fault::kUsage);
    file.model = KernelLatencyModel::load(predictor);
  } else {
    file = KernelPredictorFile::read(predictor);
  }
  KernelData data = read_kernel_data(options, catalogue);
  file.model.add_devices(data.devices);
  std::vector<MeasuredKernel> rows = mean_of_duplicates(data.table.rows);
  const auto training = nlohmann::json::parse(file.training);
  if (!stage.empty()) keep_stage(rows, stage, training, catalogue);
  if (rows.empty()) throw Error("no rows of stage " + stage);
  const bool same_data =
      stage == "test" || digest_of(rows, catalogue) == training.value("data_digest", "");
  if (same_data && training.value("includes_test_rows", false)) {
    print_notice(predictor +
                 " was trained on these rows too, which flatters it; see its own figures, or train "
                 "with --hold-out");
  }
  std::vector<std::string> reasons;
  std::vector<KernelAccuracy> list = evaluate_kernels(file.model, rows, catalogue, reasons);
  Faults faults;
  for (const std::string& reason : reasons) faults.report(Error(reason));
  for (const KernelAccuracy& mean : means_by_predictor(list)) list.push_back(mean);
  const Table table = kernel_accuracy_table(list);
  if (format.format() == Format::kJson) {
    nlohmann::ordered_json json;
    json["schema_version"] = kSchemaVersion;
    json["context"] = json_context({{"predictor", predictor}, {"split", stage}});
    json["accuracy"] = table_json(table);
    print(json_text(json) + "\n");
  } else {
    print_table(table, format.format());
  }
  return faults.exit_code();
}

}  // namespace tacho
