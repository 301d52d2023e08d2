// The serving tier: a checkpoint mapped from disk, evaluated in Eigen. No LibTorch.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/predictor.h"
#include "gnn/serve/adapted_platforms.h"
#include "gnn/serve/gnn_model.h"

namespace tacho {

/// Finds the feature source that a checkpoint was trained with: `id` as the checkpoint has it,
/// `checkpoint` its path. Throws Error if it is not there or has other content.
using SourceLoader = std::function<std::shared_ptr<const FeatureSource>(
    const std::string& id, const std::string& checkpoint)>;

class GnnPredictor : public Predictor {
 public:
  /// Throws Error naming the file and the mend: not a safetensors file, another format or feature
  /// version, a tensor that is missing, truncated or of another shape, a feature source without a
  /// loader for it.
  explicit GnnPredictor(const std::string& path, const SourceLoader& load_source = {});

  std::string description() const override;
  /// The trained ones, then the adapted ones.
  const std::vector<std::string>& platforms() const override { return names_; }
  std::vector<Prediction> predict(const LoweredModel& model,
                                  const PredictOptions& options) const override;
  /// The same for features that are at hand.
  std::vector<Prediction> predict(const GraphFeatures& graph, const PredictOptions& options) const;

  const GnnModel& model() const { return model_; }
  /// Null if it was trained without.
  const FeatureSource* source() const { return source_.get(); }

 private:
  Prediction predict_trained(const GraphComponents& components, size_t p, double spread,
                             const PredictOptions& options) const;
  Prediction predict_adapted(const GraphFeatures& graph, const GraphComponents& components,
                             size_t p, const PredictOptions& options) const;
  std::vector<Prediction> predict_pooled(const GraphFeatures& graph,
                                         const PredictOptions& options) const;
  /// Indices of the platforms asked for.
  std::vector<size_t> selected(const PredictOptions& options) const;
  /// `spread`: of the members, on this platform.
  /// Whether networks of that size were measured on the platform, as far as that is known.
  bool was_measured_with(size_t platform, double gflops) const;
  Prediction with_band(size_t platform, double latency_ms, double spread) const;

  GnnModel model_;
  AdaptedPlatforms adapted_;
  std::vector<std::string> names_;
  std::shared_ptr<const FeatureSource> source_;
};

}  // namespace tacho
