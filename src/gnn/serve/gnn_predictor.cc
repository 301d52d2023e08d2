#include "gnn/serve/gnn_predictor.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/error.h"
#include "gnn/serve/unlike_training.h"
#include "graph_ir/lower.h"

namespace tacho {
namespace {

constexpr const char* kMend = "; train it again: tacho train CONFIG, on data sets imported again";

std::shared_ptr<const FeatureSource> source_of(const CheckpointInfo& info, const std::string& path,
                                               const SourceLoader& load) {
  if (info.schema.version != kFeatureVersion) {
    throw Error("trained on feature version " + std::to_string(info.schema.version) +
                ", this program computes version " + std::to_string(kFeatureVersion) + kMend);
  }
  std::shared_ptr<const FeatureSource> source;
  if (!info.schema.source.empty()) {
    if (!load) throw Error("needs the feature source " + info.schema.source);
    source = load(info.schema.source, path);
  }
  if (info.schema != feature_schema(source.get())) {
    throw Error(std::string("trained on features of other names than this program computes") +
                kMend);
  }
  return source;
}

}  // namespace

GnnPredictor::GnnPredictor(const std::string& path, const SourceLoader& load_source)
    : model_(std::make_shared<const Checkpoint>(path)) {
  source_ = with_context(path, [&] { return source_of(model_.info(), path, load_source); });
  adapted_ = AdaptedPlatforms(model_);
  names_ = model_.info().platforms;
  for (const AdaptedPlatform& p : model_.info().adapted) names_.push_back(p.name);
}

std::string GnnPredictor::description() const {
  return "gnn " + std::string(readout_name(model_.info().config.readout)) + " " +
         model_.checkpoint().path();
}

std::vector<Prediction> GnnPredictor::predict(const LoweredModel& model,
                                              const PredictOptions& options) const {
  return predict(featurize(model.graph, model.kernels, source_.get()), options);
}

std::vector<Prediction> GnnPredictor::predict(const GraphFeatures& graph,
                                              const PredictOptions& options) const {
  check_widths(graph, model_.info());
  if (model_.info().config.readout == Readout::kPooled) return predict_pooled(graph, options);
  const GraphComponents components = model_.components(graph);
  const Eigen::VectorXd spread = spread_of(model_.member_latencies_ms(components));
  const std::vector<std::string> notices = unlike_training(model_, graph, spread);
  const double gflops = gflops_per_item(graph, model_.info().schema);
  std::vector<Prediction> predictions;
  for (size_t p : selected(options)) {
    predictions.push_back(
        p < model_.info().platforms.size()
            ? predict_trained(components, p, spread[static_cast<Eigen::Index>(p)], options)
            : predict_adapted(graph, components, p, options));
    predictions.back().notices = notices;
    predictions.back().incomplete = !was_measured_with(p, gflops);
  }
  return predictions;
}

Prediction GnnPredictor::predict_trained(const GraphComponents& components, size_t p, double spread,
                                         const PredictOptions& options) const {
  const Eigen::Index row = static_cast<Eigen::Index>(p);
  const Eigen::VectorXd run = components.totals + model_.runs_dead()[row] * components.dead_totals;
  Prediction prediction = with_band(p, model_.rates().row(row).dot(run), spread);
  if (options.per_kernel) {
    const Eigen::VectorXd kernel_ms = model_.kernel_ms(components, row);
    prediction.kernel_ms.assign(kernel_ms.begin(), kernel_ms.end());
  }
  return prediction;
}

Prediction GnnPredictor::predict_adapted(const GraphFeatures& graph,
                                         const GraphComponents& components, size_t p,
                                         const PredictOptions& options) const {
  const Eigen::VectorXd kernel_ms =
      adapted_.kernel_ms(graph, components, p - model_.info().platforms.size());
  Prediction prediction = with_band(p, kernel_ms.sum(), 0);
  if (options.per_kernel) prediction.kernel_ms.assign(kernel_ms.begin(), kernel_ms.end());
  return prediction;
}

std::vector<Prediction> GnnPredictor::predict_pooled(const GraphFeatures& graph,
                                                     const PredictOptions& options) const {
  if (options.per_kernel) {
    throw Error(
        model_.checkpoint().path() +
            ": the pooled readout has no per-kernel split; use a checkpoint with readout sum",
        Fault::kUsage);
  }
  const Eigen::MatrixXd members_ms = model_.member_latencies_ms(graph);
  const Eigen::VectorXd spread = spread_of(members_ms);
  const std::vector<std::string> notices = unlike_training(model_, graph, spread);
  const double gflops = gflops_per_item(graph, model_.info().schema);
  std::vector<Prediction> predictions;
  for (size_t p : selected(options)) {
    const Eigen::Index row = static_cast<Eigen::Index>(p);
    predictions.push_back(with_band(p, members_ms.row(row).mean(), spread[row]));
    predictions.back().notices = notices;
    predictions.back().incomplete = !was_measured_with(p, gflops);
  }
  return predictions;
}

std::vector<size_t> GnnPredictor::selected(const PredictOptions& options) const {
  return indices_of_platforms(options.platforms, platforms(), model_.checkpoint().path());
}

bool GnnPredictor::was_measured_with(size_t platform, double gflops) const {
  const std::vector<WorkRange>& work = model_.info().work;
  return platform >= work.size() || work[platform].may_hold(gflops);
}

Prediction GnnPredictor::with_band(size_t platform, double latency_ms, double spread) const {
  const CheckpointInfo& info = model_.info();
  const size_t trained = info.platforms.size();
  const Band& band =
      platform < trained ? info.bands[platform] : info.adapted[platform - trained].band;
  Prediction prediction;
  prediction.platform = platforms()[platform];
  prediction.latency_ms = latency_ms;
  prediction.lower_ms = prediction.upper_ms = std::numeric_limits<double>::quiet_NaN();
  if (band.is_known()) {
    prediction.lower_ms = latency_ms / band.factor(spread);
    prediction.upper_ms = latency_ms * band.factor(spread);
  }
  prediction.measured =
      platform < trained ? info.measured[platform] : info.adapted[platform - trained].measured;
  return prediction;
}

}  // namespace tacho
