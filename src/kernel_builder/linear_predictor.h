// The linear model as a predictor.
#pragma once

#include <string>
#include <vector>

#include "common/predictor.h"
#include "graph_ir/lower.h"
#include "kernel_builder/linear_model.h"

namespace tacho {

class LinearPredictor : public Predictor {
 public:
  /// `path` as load_linear_model() takes it; it also stands in description().
  explicit LinearPredictor(const std::string& path);
  LinearPredictor(LinearModel model, std::string description);

  const LinearModel& model() const { return model_; }
  std::string description() const override { return description_; }
  const std::vector<std::string>& platforms() const override { return platforms_; }
  std::vector<Prediction> predict(const LoweredModel& model,
                                  const PredictOptions& options) const override;

  /// For one batch of the graph. Throws Error (usage) for a platform that is not known, as do all
  /// below.
  double latency_ms(const std::string& platform, const GraphTotals& totals) const;
  /// Of each kernel, in their order; they add up to latency_ms. ACTS and FLOPs are the kernel's
  /// own. INP goes to the kernels that no other kernel feeds, in equal parts, the constant and the
  /// low range's offset to all kernels in equal parts. Empty if there is no kernel.
  std::vector<double> kernel_ms(const std::string& platform, const Graph& graph,
                                const KernelGraph& kernels) const;

 private:
  /// In the low range its slope times those of the law, and its offset part of the constant.
  std::vector<std::pair<std::string, double>> terms_ms(const LinearPlatform& platform,
                                                       const LinearTerms& terms) const;

  LinearModel model_;
  std::string description_;
  std::vector<std::string> platforms_;
};

}  // namespace tacho
