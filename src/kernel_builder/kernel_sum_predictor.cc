#include "kernel_builder/kernel_sum_predictor.h"

#include <algorithm>
#include <limits>
#include <map>

#include "common/text.h"
#include "graph_ir/lower.h"
#include "kernel_builder/kernel_estimate.h"

namespace tacho {
namespace {

using Names = std::vector<std::string>;

/// "Resize ×2, Slice ×1".
std::string counted(const std::map<std::string, int>& types) {
  std::vector<std::string> parts;
  for (const auto& [type, count] : types) parts.push_back(type + " ×" + std::to_string(count));
  return join(parts);
}

}  // namespace

KernelSumPredictor::KernelSumPredictor(const std::string& path)
    : KernelSumPredictor(KernelLatencyModel::load(path), "kernels " + path) {}

KernelSumPredictor::KernelSumPredictor(KernelLatencyModel model, std::string description)
    : model_(std::move(model)), description_(std::move(description)) {}

std::vector<std::string> KernelSumPredictor::unmeasured_platforms() const {
  std::vector<std::string> names;
  for (const auto& [device, facts] : model_.devices()) {
    if (!std::binary_search(platforms().begin(), platforms().end(), device)) {
      names.push_back(device);
    }
  }
  return names;
}

std::vector<Prediction> KernelSumPredictor::predict(const LoweredModel& model,
                                                    const PredictOptions& options) const {
  const Names known = known_platforms(*this);
  std::vector<Prediction> predictions;
  for (const size_t p : indices_of_platforms(
           options.platforms.empty() ? platforms() : options.platforms, known, description_)) {
    predictions.push_back(predict_on(known[p], model, options.per_kernel));
  }
  return predictions;
}

Prediction KernelSumPredictor::predict_on(const std::string& platform, const LoweredModel& model,
                                          bool per_kernel) const {
  Prediction prediction;
  prediction.platform = platform;
  prediction.lower_ms = prediction.upper_ms = std::numeric_limits<double>::quiet_NaN();
  std::map<std::string, int> composed, moved, products, missing, unmeasured;
  for (const Kernel& kernel : model.kernels.kernels) {
    const auto estimate = estimate_kernel(model_, platform, model.graph, kernel);
    const double ms = estimate ? estimate->latency_ms : 0;
    if (!estimate) ++missing[kernel.type];
    if (estimate && estimate->basis == KernelBasis::kBytes) {
      ++(kernel.cost.macs > 0 ? products : moved)[kernel.type];
    }
    if (estimate && estimate->basis == KernelBasis::kParts) {
      ++composed[kernel.type + " as " + join(estimate->predictors, " + ")];
    }
    for (const std::string& kind : estimate ? estimate->unmeasured : Names()) ++unmeasured[kind];
    prediction.latency_ms += ms;
    if (per_kernel) prediction.kernel_ms.push_back(ms);
  }
  prediction.incomplete = !unmeasured.empty() || !missing.empty() || !products.empty();
  const auto note = [&](const std::string& what, const std::map<std::string, int>& kernels) {
    if (!kernels.empty()) prediction.notices.push_back(what + counted(kernels));
  };
  note("never measured on " + platform + ", predicted from its data sheet: ", unmeasured);
  note(
      "kernels without a predictor of their own, taken as those that compute as much, but no "
      "faster than their bytes can be moved: ",
      composed);
  note("kernels without a predictor of their own, taken as element-wise ones of as many bytes: ",
       moved);
  note(
      "a lower bound only, since no predictor of what computes products was trained; taken by "
      "their "
      "bytes alone: ",
      products);
  note("kernels that no predictor was trained for, left out: ", missing);
  return prediction;
}

}  // namespace tacho
