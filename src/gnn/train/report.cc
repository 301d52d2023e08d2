#include "gnn/train/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "gnn/serve/gnn_model.h"
#include "gnn/train/batch.h"

namespace tacho {
namespace {

using nlohmann::json;

/// Predictions and truths of one platform.
struct Pairs {
  std::vector<double> predicted;
  std::vector<double> measured;
};

std::vector<Pairs> predict_stage(const GnnModel& model, const TrainingSet& set, Stage stage) {
  std::vector<Pairs> pairs(set.data.platforms.size());
  for (const LabelledSample& labelled : labelled_samples(set, stage)) {
    const Eigen::VectorXd latencies_ms =
        model.latencies_ms(set.data.samples[static_cast<size_t>(labelled.sample)].features);
    for (int32_t i : labelled.labels) {
      const SampleLabel& label = set.data.labels[static_cast<size_t>(i)];
      Pairs& platform = pairs[static_cast<size_t>(label.platform)];
      platform.predicted.push_back(latencies_ms[label.platform]);
      platform.measured.push_back(label.latency_ms);
    }
  }
  return pairs;
}

StageFigures figures_of(const TrainingSet& set, const std::vector<Pairs>& pairs) {
  StageFigures figures;
  for (size_t p = 0; p < pairs.size(); ++p) {
    if (pairs[p].predicted.empty()) continue;
    figures[set.data.platforms[p]] = accuracy_of(pairs[p].predicted, pairs[p].measured);
  }
  return figures;
}

/// Linear interpolation between the sorted values around share·(n − 1).
double quantile(const std::vector<double>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const size_t below = static_cast<size_t>(position);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Band band_of(const Pairs& pairs) {
  if (pairs.predicted.empty()) return {};
  std::vector<double> ratios;
  for (size_t i = 0; i < pairs.predicted.size(); ++i) {
    ratios.push_back(pairs.measured[i] / pairs.predicted[i]);
  }
  std::sort(ratios.begin(), ratios.end());
  return {quantile(ratios, 0.1), quantile(ratios, 0.9)};
}

json figures_json(const StageFigures& figures) {
  json platforms = json::object();
  for (const auto& [platform, accuracy] : figures) {
    platforms[platform] = {
        {"count", accuracy.count}, {"mape", accuracy.mape}, {"within_10", accuracy.within_10}};
  }
  return {{"mean_mape", mean_mape(figures)}, {"platforms", platforms}};
}

std::string cells(const StageFigures& figures, const std::string& platform) {
  const auto found = figures.find(platform);
  if (found == figures.end()) return "       -         -      -";
  char text[80];
  std::snprintf(text, sizeof(text), "  %6.2f    %6.1f  %5zu", found->second.mape,
                found->second.within_10, found->second.count);
  return text;
}

std::string table_of(const TrainingSet& set, const StageFigures& validation,
                     const StageFigures& test) {
  size_t width = std::string("mean over platforms").size();
  for (const std::string& platform : set.data.platforms) width = std::max(width, platform.size());
  const auto padded = [width](std::string name) {
    name.resize(width, ' ');
    return name;
  };
  std::string text =
      padded("platform") + "   val %  within 10 %     n |  test %  within 10 %     n\n";
  for (const std::string& platform : set.data.platforms) {
    text += padded(platform) + cells(validation, platform) + " |" + cells(test, platform) + "\n";
  }
  char line[80];
  std::snprintf(line, sizeof(line), "  %6.2f                  |  %6.2f\n", mean_mape(validation),
                mean_mape(test));
  return text + padded("mean over platforms") + line;
}

/// Bands and figures of a checkpoint that was validated, for the platforms it shares with `info`.
void carry_over(const std::string& path, CheckpointInfo* info, json* training) {
  const Checkpoint validated(path);
  const std::vector<std::string>& known = validated.info().platforms;
  for (size_t p = 0; p < info->platforms.size(); ++p) {
    const auto found = std::find(known.begin(), known.end(), info->platforms[p]);
    if (found == known.end()) continue;
    info->bands[p] = validated.info().bands[static_cast<size_t>(found - known.begin())];
  }
  const json figures = json::parse(validated.info().training);
  for (const char* stage : {"val", "test"}) {
    if (figures.contains(stage)) (*training)[stage] = figures[stage];
  }
  (*training)["bands_from"] = "a checkpoint of the same configuration, validated on unseen models";
}

/// A checkpoint's tensors, to be written again beside new metadata.
std::vector<TensorData> copied_tensors(const Checkpoint& checkpoint) {
  std::vector<TensorData> tensors;
  for (const auto& [name, shape] : tensor_shapes(checkpoint.info())) {
    tensors.push_back(checkpoint.tensor(name));
  }
  return tensors;
}

}  // namespace

double mean_mape(const StageFigures& figures) {
  double sum = 0;
  for (const auto& [platform, accuracy] : figures) sum += accuracy.mape;
  return figures.empty() ? 0 : sum / static_cast<double>(figures.size());
}

std::string finish_checkpoint(const TrainConfig& config, const TrainingSet& set,
                              const std::string& data_digest, const TrainResult& result) {
  const auto checkpoint = std::make_shared<const Checkpoint>(config.output);
  const GnnModel model(checkpoint);
  const std::vector<Pairs> validation_pairs = predict_stage(model, set, Stage::kValidation);
  const StageFigures validation = figures_of(set, validation_pairs);
  const StageFigures test = figures_of(set, predict_stage(model, set, Stage::kTest));

  CheckpointInfo info = checkpoint->info();
  const std::vector<Pairs> band_pairs =
      validation.empty() ? predict_stage(model, set, Stage::kTrain) : validation_pairs;
  for (size_t p = 0; p < info.platforms.size(); ++p) info.bands[p] = band_of(band_pairs[p]);
  json training = {{"data_digest", data_digest},
                   {"config", json::parse(config_fingerprint(config))},
                   {"training_labels", set.labels_in(Stage::kTrain).size()},
                   {"bands_from", validation.empty() ? "train" : "val"},
                   {"val", figures_json(validation)},
                   {"test", figures_json(test)}};
  if (info.config.members == 1) {
    training["epochs_done"] = result.epochs_done;
    training["best_epoch"] = result.best_epoch;
  } else {
    training["members"] = json::parse(info.training).at("members");
  }
  if (!config.start_from.empty()) training["start_from"] = config.start_from;
  if (validation.empty() && !config.bands_from.empty()) {
    carry_over(config.bands_from, &info, &training);
  }
  info.training = training.dump();
  write_checkpoint(config.output, info, copied_tensors(*checkpoint));
  return table_of(set, validation, test);
}

}  // namespace tacho
