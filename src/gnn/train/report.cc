#include "gnn/train/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "gnn/serve/gnn_model.h"
#include "gnn/serve/unlike_training.h"
#include "gnn/train/batch.h"

namespace tacho {
namespace {

using nlohmann::json;

constexpr double kUsualShare = 0.99;  ///< of graphs, for CheckpointInfo::usual_spread

/// Predictions and truths of one platform.
struct Pairs {
  std::vector<double> predicted;
  std::vector<double> measured;
  std::vector<double> spread;
};

struct StagePairs {
  std::vector<Pairs> platforms;
  std::vector<double> graph_spreads;  ///< of each graph the mean over platforms
};

/// Adds what the model says of these samples, and what is true.
void predict_samples(const GnnModel& model, const Dataset& data,
                     const std::vector<LabelledSample>& samples, StagePairs* pairs) {
  pairs->platforms.resize(data.platforms.size());
  for (const LabelledSample& labelled : samples) {
    const Eigen::MatrixXd members_ms =
        model.member_latencies_ms(data.samples[static_cast<size_t>(labelled.sample)].features);
    const Eigen::VectorXd latencies_ms = members_ms.rowwise().mean();
    const Eigen::VectorXd spread = spread_of(members_ms);
    pairs->graph_spreads.push_back(spread.mean());
    for (int32_t i : labelled.labels) {
      const SampleLabel& label = data.labels[static_cast<size_t>(i)];
      Pairs& platform = pairs->platforms[static_cast<size_t>(label.platform)];
      platform.predicted.push_back(latencies_ms[label.platform]);
      platform.measured.push_back(label.latency_ms);
      platform.spread.push_back(spread[label.platform]);
    }
  }
}

StagePairs predict_stage(const GnnModel& model, const TrainingSet& set, Stage stage) {
  StagePairs pairs;
  predict_samples(model, set.data, labelled_samples(set, stage), &pairs);
  return pairs;
}

StageFigures figures_of(const TrainingSet& set, const StagePairs& stage) {
  const std::vector<Pairs>& pairs = stage.platforms;
  StageFigures figures;
  for (size_t p = 0; p < pairs.size(); ++p) {
    if (pairs[p].predicted.empty()) continue;
    figures[set.data.platforms[p]] = accuracy_of(pairs[p].predicted, pairs[p].measured);
  }
  return figures;
}

std::vector<BandSample> band_samples(const Pairs& pairs) {
  std::vector<BandSample> samples;
  for (size_t i = 0; i < pairs.predicted.size(); ++i) {
    samples.push_back(
        {std::abs(std::log(pairs.measured[i] / pairs.predicted[i])), pairs.spread[i]});
  }
  return samples;
}

void set_bands(const StagePairs& stage, CheckpointInfo* info) {
  std::vector<std::vector<BandSample>> platforms;
  for (const Pairs& pairs : stage.platforms) platforms.push_back(band_samples(pairs));
  info->bands = conformal_bands(platforms);
  info->usual_spread = 0;
  if (info->config.members > 1 && !stage.graph_spreads.empty()) {
    info->usual_spread = quantile_of(stage.graph_spreads, kUsualShare);
  }
}

/// Percent of rows whose truth lies in the band, per platform that has rows and a band.
std::map<std::string, double> coverage_of(const CheckpointInfo& info, const StagePairs& stage) {
  std::map<std::string, double> percent;
  for (size_t p = 0; p < info.platforms.size(); ++p) {
    const std::vector<BandSample> samples = band_samples(stage.platforms[p]);
    const Band& band = info.bands[p];
    if (samples.empty() || !band.is_known()) continue;
    const auto held = std::count_if(samples.begin(), samples.end(), [&](const BandSample& s) {
      return s.log_error <= band.q * (band.tau + s.spread);
    });
    percent[info.platforms[p]] =
        100 * static_cast<double>(held) / static_cast<double>(samples.size());
  }
  return percent;
}

/// Writes down the coverage and returns the line that says it; nothing for no rows.
std::string record_coverage(const std::map<std::string, double>& percent, json* training) {
  if (percent.empty()) return "";
  double sum = 0;
  for (const auto& [platform, value] : percent) sum += value;
  const double mean = sum / static_cast<double>(percent.size());
  (*training)["test_band_coverage"] = {{"mean", mean}, {"platforms", percent}};
  char line[100];
  std::snprintf(line, sizeof(line),
                "bands hold the truth of %.1f %% of the test rows (mean over platforms)\n", mean);
  return line;
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

/// Whether a checkpoint was trained on the same data and without the models that the configuration
/// leaves out.
bool left_out_the_same(const CheckpointInfo& info, const TrainConfig& config,
                       const std::string& data_digest) {
  const json training = json::parse(info.training);
  if (training.value("data_digest", "") != data_digest || !training.contains("config"))
    return false;
  const json wanted = json::parse(config_fingerprint(config));
  for (const char* key :
       {"validation", "test", "split_seed", "train_on_all", "platforms", "leave_platforms"}) {
    if (training["config"].value(key, json()) != wanted.value(key, json())) return false;
  }
  return true;
}

/// Bands from all that a checkpoint did not learn from, its validation and its test models.
void set_bands_from_unseen(const std::shared_ptr<const Checkpoint>& validated, const Dataset& data,
                           const TrainConfig& config, CheckpointInfo* info) {
  const GnnModel model(validated);
  const std::vector<Stage> stages = stages_of(data, config);
  StagePairs unseen;
  for (const Stage stage : {Stage::kValidation, Stage::kTest}) {
    predict_samples(model, data, labelled_samples(data, stages, stage), &unseen);
  }
  set_bands(unseen, info);
}

/// Bands and figures of a checkpoint that was validated, for the platforms it shares with `info`.
/// Only figures from one of another number of members: its bands would be too narrow or too wide.
void carry_over(const TrainConfig& config, const Dataset& data, const std::string& data_digest,
                CheckpointInfo* info, json* training) {
  const auto checkpoint = std::make_shared<const Checkpoint>(config.bands_from);
  const Checkpoint& validated = *checkpoint;
  const bool fits = validated.info().config.members == info->config.members;
  info->usual_spread = fits ? validated.info().usual_spread : 0;
  const std::vector<std::string>& known = validated.info().platforms;
  for (size_t p = 0; p < info->platforms.size(); ++p) {
    const auto found = std::find(known.begin(), known.end(), info->platforms[p]);
    if (found == known.end()) continue;
    info->bands[p] =
        fits ? validated.info().bands[static_cast<size_t>(found - known.begin())] : Band{};
  }
  const json figures = json::parse(validated.info().training);
  for (const char* stage : {"val", "test"}) {
    if (figures.contains(stage)) (*training)[stage] = figures[stage];
  }
  TrainConfig parted = config;
  parted.train_on_all = false;
  if (!fits) {
    (*training)["bands_from"] = "none: bands_from names a checkpoint of another number of members";
  } else if (left_out_the_same(validated.info(), parted, data_digest)) {
    set_bands_from_unseen(checkpoint, data, parted, info);
    (*training)["bands_from"] =
        "validation and test models of a checkpoint that was trained without them";
  } else {
    (*training)["bands_from"] = "a checkpoint of the same configuration, as it has them";
    // Of these bands; others have not been tested.
    const char* coverage = "test_band_coverage";
    if (figures.contains(coverage)) (*training)[coverage] = figures[coverage];
  }
}

/// A checkpoint's tensors, to be written again beside new metadata.
std::vector<TensorData> copied_tensors(const Checkpoint& checkpoint) {
  std::vector<TensorData> tensors;
  for (const auto& [name, shape] : tensor_shapes(checkpoint.info())) {
    tensors.push_back(checkpoint.tensor(name));
  }
  return tensors;
}

/// Per platform: what GnnPredictor marks predictions beyond as extrapolated.
std::vector<WorkRange> measured_work(const Dataset& data) {
  std::vector<WorkRange> ranges(data.platforms.size());
  for (const SampleLabel& label : data.labels) {
    WorkRange& range = ranges[static_cast<size_t>(label.platform)];
    const Sample& sample = data.samples[static_cast<size_t>(label.sample)];
    const double gflops = gflops_per_item(sample.features, data.schema);
    range.low = range.high == 0 ? gflops : std::min(range.low, gflops);
    range.high = std::max(range.high, gflops);
  }
  return ranges;
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
  const StagePairs validation_pairs = predict_stage(model, set, Stage::kValidation);
  const StageFigures validation = figures_of(set, validation_pairs);
  const StagePairs test_pairs = predict_stage(model, set, Stage::kTest);
  const StageFigures test = figures_of(set, test_pairs);

  CheckpointInfo info = checkpoint->info();
  info.work = measured_work(set.data);
  set_bands(validation.empty() ? predict_stage(model, set, Stage::kTrain) : validation_pairs,
            &info);
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
  const std::string coverage = record_coverage(coverage_of(info, test_pairs), &training);
  if (validation.empty() && !config.bands_from.empty()) {
    carry_over(config, set.data, data_digest, &info, &training);
  }
  info.training = training.dump();
  write_checkpoint(config.output, info, copied_tensors(*checkpoint));
  return table_of(set, validation, test) + coverage;
}

}  // namespace tacho
