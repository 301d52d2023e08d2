// tacho platforms: what a checkpoint can predict, and how well it did on data it had not seen.
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/output.h"
#include "cli/places.h"
#include "cli/predict_report.h"
#include "common/text.h"
#include "gnn/serve/checkpoint.h"

namespace tacho {
namespace {

/// An end of the band around a prediction of 1.
Cell band_cell(const Band& band, double factor) { return band.is_known() ? Cell{factor} : Cell{}; }

/// The figure of a platform in the checkpoint's training record; nothing if it is not there.
Cell figure(const nlohmann::json& training, const char* stage, const std::string& platform) {
  const auto at = [](const nlohmann::json& json, const std::string& key) {
    return json.is_object() && json.contains(key) ? json.at(key) : nlohmann::json();
  };
  const nlohmann::json figures = at(at(at(training, stage), "platforms"), platform);
  const nlohmann::json mape = at(figures, "mape");
  return mape.is_number() ? Cell{mape.get<double>()} : Cell{};
}

/// What few-shot adaptation left out and predicted, of the most samples.
Cell left_out_figure(const AdaptedPlatform& platform) {
  const nlohmann::json fit = nlohmann::json::parse(platform.fit, nullptr, false);
  if (!fit.is_object() || !fit.contains("left_out") || fit["left_out"].empty()) return {};
  const nlohmann::json& mape = fit["left_out"].back()["mape_percent"];
  return mape.is_number() ? Cell{mape.get<double>()} : Cell{};
}

}  // namespace

int platforms_verb(const Arguments& args) {
  std::string asked;
  FormatOptions format;
  CLI::App app("The platforms that a checkpoint knows.", "tacho platforms");
  app.add_option("-c,--checkpoint", asked,
                 "Trained model; default: $TACHO_CHECKPOINT, else checkpoints/default.safetensors");
  format.add_to(app);
  app.footer(
      "Example: tacho platforms --json\n"
      "MAPE is of models that training did not see, of samples left out for an adapted platform;\n"
      "lower and upper are the band around a prediction of 1, of an ensemble where its members "
      "agree.");
  if (!parse(app, args)) return 0;

  const std::string path = checkpoint_path(asked);
  const Checkpoint checkpoint(path);
  const CheckpointInfo& info = checkpoint.info();
  const nlohmann::json training = nlohmann::json::parse(info.training, nullptr, false);
  Table table;
  table.columns = {{"platform"},
                   {"lower"},
                   {"upper"},
                   {"measured_at_batch", "measured at batch"},
                   {"val_mape_percent", "val MAPE %"},
                   {"test_mape_percent", "test MAPE %"}};
  for (size_t i = 0; i < info.platforms.size(); ++i) {
    const std::string& name = info.platforms[i];
    const Band& band = info.bands[i];
    table.rows.push_back({name, band_cell(band, 1 / band.factor()), band_cell(band, band.factor()),
                          batches_text(info.measured[i]), figure(training, "val", name),
                          figure(training, "test", name)});
  }
  for (const AdaptedPlatform& p : info.adapted) {
    table.rows.push_back({p.name + (format.format() == Format::kText ? " (adapted)" : ""),
                          band_cell(p.band, 1 / p.band.factor()),
                          band_cell(p.band, p.band.factor()), batches_text(p.measured),
                          left_out_figure(p), Cell{}});
  }
  if (format.format() == Format::kJson) {
    JsonItems json(true, "platforms", json_context({{"checkpoint", path}}));
    for (const auto& item : table_json(table)) json.add(item);
  } else {
    print_table(table, format.format());
  }
  return 0;
}

}  // namespace tacho
