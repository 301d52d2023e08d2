#include "gnn/train/fine_tune.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <ostream>

#include "common/error.h"
#include "common/metrics.h"
#include "gnn/serve/gnn_model.h"

namespace tacho {
namespace {

void require_same(const char* what, const std::string& checkpoint, const std::string& wanted) {
  if (checkpoint == wanted) return;
  throw Error("cannot start from it: its " + std::string(what) + " is " + checkpoint +
                  ", the configuration's " + wanted,
              Fault::kUsage);
}

void check_start(const CheckpointInfo& info, const ModelConfig& config,
                 const FeatureSchema& schema) {
  require_same("readout", std::string(readout_name(info.config.readout)),
               std::string(readout_name(config.readout)));
  require_same("width", std::to_string(info.config.width), std::to_string(config.width));
  require_same("layers", std::to_string(info.config.layers), std::to_string(config.layers));
  require_same("bound", std::to_string(info.config.bound), std::to_string(config.bound));
  if (config.readout == Readout::kSum) {
    require_same("components", std::to_string(info.config.components),
                 std::to_string(config.components));
  }
  if (info.schema.version != schema.version) {
    throw Error("cannot start from it: trained on feature version " +
                    std::to_string(info.schema.version) + ", the data sets have version " +
                    std::to_string(schema.version) + "; train it again with tacho train",
                Fault::kUsage);
  }
  if (info.schema != schema) {
    throw Error("cannot start from it: trained on other feature columns than the data sets have",
                Fault::kUsage);
  }
}

/// What the checkpoint's platforms take for a sample, and how much of it in kernels that are not
/// live.
struct Latencies {
  Eigen::VectorXd live;
  Eigen::VectorXd dead;
};

Latencies latencies_of(const GnnModel& model, const GraphFeatures& graph) {
  if (model.info().config.readout == Readout::kPooled) {
    const Eigen::VectorXd all = model.latencies_ms(graph);
    return {all, Eigen::VectorXd::Zero(all.size())};
  }
  const GraphComponents c = model.components(graph);
  return {model.rates() * c.totals, model.rates() * c.dead_totals};
}

/// A label with the checkpoint's predictions for its graph.
struct Pair {
  double measured_ms;
  const Latencies* predicted;
};

struct Fit {
  double factor = 1;
  double error = std::numeric_limits<double>::infinity();  ///< mean, relative
};

Fit fit_of(const std::vector<Pair>& pairs, Eigen::Index platform, double runs_dead) {
  std::vector<double> ratios;
  for (const Pair& pair : pairs) {
    const double predicted_ms =
        pair.predicted->live[platform] + runs_dead * pair.predicted->dead[platform];
    if (!(predicted_ms > 0)) return {};
    ratios.push_back(pair.measured_ms / predicted_ms);
  }
  Fit fit{median_of(ratios), 0};
  for (const double ratio : ratios) fit.error += std::abs(fit.factor / ratio - 1);
  fit.error /= static_cast<double>(ratios.size());
  return fit;
}

struct Nearest {
  PlatformStart start;
  Fit fit;
};

Nearest nearest_platform(const std::vector<Pair>& pairs, const GnnModel& model) {
  const bool any_dead = std::any_of(
      pairs.begin(), pairs.end(), [](const Pair& pair) { return pair.predicted->dead.sum() > 0; });
  const bool sum = model.info().config.readout == Readout::kSum;
  Nearest best;
  for (size_t p = 0; p < model.info().platforms.size(); ++p) {
    const Eigen::Index row = static_cast<Eigen::Index>(p);
    for (const float runs_dead : {1.0f, 0.0f}) {
      // Where nothing tells the two apart, the platform is taken as it is.
      if (!any_dead && sum && runs_dead != model.runs_dead()[row]) continue;
      if (!sum && runs_dead == 0) continue;
      const Fit fit = fit_of(pairs, row, runs_dead);
      if (fit.error < best.fit.error) best = {{p, std::log(fit.factor), runs_dead}, fit};
    }
  }
  return best;
}

}  // namespace

std::shared_ptr<const Checkpoint> load_start(const TrainConfig& config,
                                             const FeatureSchema& schema) {
  auto checkpoint = std::make_shared<const Checkpoint>(config.start_from);
  with_context(config.start_from, [&] { check_start(checkpoint->info(), config.model, schema); });
  if (checkpoint->info().platforms.empty()) {
    throw Error(config.start_from + ": cannot start from it: it knows no platform", Fault::kUsage);
  }
  return checkpoint;
}

FeatureScaling feature_scaling(const Checkpoint& checkpoint) {
  const auto values = [&](const char* name) {
    const Checkpoint::Row row = checkpoint.row(name);
    return std::vector<float>(row.begin(), row.end());
  };
  return {values("feature_mean"), values("feature_std"), values("feature_low"),
          values("feature_high")};
}

std::vector<PlatformStart> platform_starts(const std::shared_ptr<const Checkpoint>& checkpoint,
                                           const TrainingSet& set, std::ostream& log) {
  const GnnModel model(checkpoint);
  const std::vector<std::string>& known = checkpoint->info().platforms;
  const bool sum = checkpoint->info().config.readout == Readout::kSum;
  std::vector<PlatformStart> starts(set.data.platforms.size());
  std::vector<bool> is_new(starts.size(), false);
  for (size_t p = 0; p < starts.size(); ++p) {
    const auto found = std::find(known.begin(), known.end(), set.data.platforms[p]);
    is_new[p] = found == known.end();
    starts[p].nearest = is_new[p] ? 0 : static_cast<size_t>(found - known.begin());
    if (sum) {
      starts[p].runs_dead =
          static_cast<float>(model.runs_dead()[static_cast<Eigen::Index>(starts[p].nearest)]);
    }
  }
  if (std::find(is_new.begin(), is_new.end(), true) == is_new.end()) return starts;

  std::vector<Latencies> predicted(set.data.samples.size());
  std::vector<std::vector<Pair>> pairs(starts.size());
  for (const int32_t i : set.labels_in(Stage::kTrain)) {
    const SampleLabel& label = set.data.labels[static_cast<size_t>(i)];
    if (!is_new[static_cast<size_t>(label.platform)]) continue;
    Latencies& sample = predicted[static_cast<size_t>(label.sample)];
    if (sample.live.size() == 0) {
      sample = latencies_of(model, set.data.samples[static_cast<size_t>(label.sample)].features);
    }
    pairs[static_cast<size_t>(label.platform)].push_back({label.latency_ms, &sample});
  }
  for (size_t p = 0; p < starts.size(); ++p) {
    if (pairs[p].empty()) continue;
    const Nearest nearest = nearest_platform(pairs[p], model);
    if (!std::isfinite(nearest.fit.error)) continue;
    starts[p] = nearest.start;
    char text[80];
    std::snprintf(text, sizeof(text), " x %.3g (%.1f %% error)\n", nearest.fit.factor,
                  100 * nearest.fit.error);
    log << set.data.platforms[p] << ": starts as " << known[nearest.start.nearest] << text;
  }
  return starts;
}

}  // namespace tacho
