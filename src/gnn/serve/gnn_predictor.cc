#include "gnn/serve/gnn_predictor.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "common/error.h"
#include "gnn/serve/gnn_model.h"

namespace tacho {
namespace {

std::vector<std::string> names_of(const std::vector<FeatureInfo>& table) {
  std::vector<std::string> names;
  for (const FeatureInfo& info : table) names.emplace_back(info.name);
  return names;
}

void check_features(const CheckpointInfo& info) {
  constexpr const char* kMend = "; train it again: tacho train CONFIG, on data sets imported again";
  if (info.feature_version != kFeatureVersion) {
    throw Error("trained on feature version " + std::to_string(info.feature_version) +
                ", this program computes version " + std::to_string(kFeatureVersion) + kMend);
  }
  if (info.feature_names != names_of(feature_table()) ||
      info.base_cost_names != names_of(base_cost_table())) {
    throw Error(std::string("trained on features of other names than this program computes") +
                kMend);
  }
}

class GnnPredictor : public Predictor {
 public:
  explicit GnnPredictor(const std::string& path)
      : model_(std::make_shared<const Checkpoint>(path)) {
    with_context(path, [&] { check_features(model_.info()); });
  }

  std::string description() const override {
    return "gnn " + std::string(readout_name(model_.info().config.readout)) + " " +
           model_.checkpoint().path();
  }

  const std::vector<std::string>& platforms() const override { return model_.info().platforms; }

  std::vector<Prediction> predict(const GraphFeatures& graph,
                                  const PredictOptions& options) const override {
    check_widths(graph, model_.info());
    if (model_.info().config.readout == Readout::kPooled) return predict_pooled(graph, options);
    const GraphComponents components = model_.components(graph);
    std::vector<Prediction> predictions;
    for (size_t p : selected(options)) {
      const Eigen::VectorXd rates = model_.rates().row(static_cast<Eigen::Index>(p));
      Prediction prediction = with_band(p, rates.dot(components.totals));
      if (options.per_kernel) {
        const Eigen::VectorXd kernel_ms = components.per_kernel.cast<double>() * rates;
        prediction.kernel_ms.assign(kernel_ms.begin(), kernel_ms.end());
      }
      predictions.push_back(std::move(prediction));
    }
    return predictions;
  }

 private:
  std::vector<Prediction> predict_pooled(const GraphFeatures& graph,
                                         const PredictOptions& options) const {
    if (options.per_kernel) {
      throw Error(
          model_.checkpoint().path() +
              ": the pooled readout has no per-kernel split; use a checkpoint with readout sum",
          Fault::kUsage);
    }
    const Eigen::VectorXd latencies_ms = model_.latencies_ms(graph);
    std::vector<Prediction> predictions;
    for (size_t p : selected(options)) {
      predictions.push_back(with_band(p, latencies_ms[static_cast<Eigen::Index>(p)]));
    }
    return predictions;
  }

  /// Indices of the platforms asked for.
  std::vector<size_t> selected(const PredictOptions& options) const {
    const std::vector<std::string>& known = platforms();
    std::vector<size_t> indices;
    if (options.platforms.empty()) {
      for (size_t p = 0; p < known.size(); ++p) indices.push_back(p);
    }
    for (const std::string& name : options.platforms) {
      const auto found = std::find(known.begin(), known.end(), name);
      if (found == known.end()) {
        throw Error("platform \"" + name + "\" is not in " + model_.checkpoint().path() +
                        "; tacho platforms lists those that are",
                    Fault::kUsage);
      }
      indices.push_back(static_cast<size_t>(found - known.begin()));
    }
    return indices;
  }

  Prediction with_band(size_t platform, double latency_ms) const {
    const Band& band = model_.info().bands[platform];
    Prediction prediction;
    prediction.platform = platforms()[platform];
    prediction.latency_ms = latency_ms;
    prediction.lower_ms = latency_ms * band.low;
    prediction.upper_ms = latency_ms * band.high;
    prediction.measured = model_.info().measured[platform];
    return prediction;
  }

  GnnModel model_;
};

}  // namespace

std::unique_ptr<Predictor> load_gnn_predictor(const std::string& path) {
  return std::make_unique<GnnPredictor>(path);
}

}  // namespace tacho
