#include "kernel_builder/kernel_sum_predictor.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "common/text.h"
#include "graph_ir/lower.h"
#include "kernel_builder/network_kernels.h"

namespace tacho {
namespace {

/// Element-wise kernels that may stand in for others, with the bytes they move per element.
struct Mover {
  const char* kernel;
  double bytes_per_element;
};
constexpr Mover kMovers[] = {{"relu", 8}, {"add", 12}, {"mul", 12}, {"gelu", 8}, {"tanh", 8}};

/// A kernel of rows and columns is measured on feature maps of many channels; so are these.
constexpr double kChannels = 64;

bool can_predict(const KernelLatencyModel& model, const KernelType& type,
                 const std::string& platform) {
  const KernelPredictor* p = model.find(type);
  if (p == nullptr) return false;
  if (std::binary_search(p->platforms.begin(), p->platforms.end(), platform)) return true;
  return !p->shared.roots.empty() && model.devices().count(platform) > 0;
}

KernelConfig mover_config(const KernelType& type, double elements) {
  std::vector<int64_t> values(type.parameters().size(), kRequired);
  const double channels = std::min(kChannels, std::max(1.0, elements));
  values[*parameter_index(type, "hw")] =
      std::max<int64_t>(1, std::llround(std::sqrt(elements / channels)));
  values[*parameter_index(type, "cin")] = std::llround(channels);
  return complete_config(type, std::move(values));
}

/// "Resize ×2, Slice ×1".
std::string counted(const std::map<std::string, int>& types) {
  std::vector<std::string> parts;
  for (const auto& [type, count] : types) parts.push_back(type + " ×" + std::to_string(count));
  return join(parts);
}

}  // namespace

std::optional<KernelStandIn> stand_in_for(const KernelLatencyModel& model,
                                          const std::string& platform, const Graph& graph,
                                          const Kernel& kernel) {
  const Catalogue& catalogue = Catalogue::builtin();
  if (const std::optional<KernelConfig> config = kernel_config_of(graph, kernel)) {
    const KernelType& type = catalogue.at(config->kernel);
    if (can_predict(model, type, platform)) return KernelStandIn{&type, *config, true};
  }
  for (const Mover& mover : kMovers) {
    const KernelType& type = catalogue.at(mover.kernel);
    if (!can_predict(model, type, platform)) continue;
    return KernelStandIn{
        &type, mover_config(type, kernel.cost.bytes() / mover.bytes_per_element), false};
  }
  return std::nullopt;
}

KernelSumPredictor::KernelSumPredictor(const std::string& path)
    : KernelSumPredictor(KernelLatencyModel::load(path), "kernels " + path) {}

KernelSumPredictor::KernelSumPredictor(KernelLatencyModel model, std::string description)
    : model_(std::move(model)), description_(std::move(description)) {
  std::set<std::string> all(model_.platforms().begin(), model_.platforms().end());
  for (const auto& [device, facts] : model_.devices()) all.insert(device);
  platforms_.assign(all.begin(), all.end());
}

std::vector<Prediction> KernelSumPredictor::predict(const LoweredModel& model,
                                                    const PredictOptions& options) const {
  std::vector<Prediction> predictions;
  for (const size_t p : indices_of_platforms(options.platforms, platforms(), description_)) {
    predictions.push_back(predict_on(platforms()[p], model, options.per_kernel));
  }
  return predictions;
}

Prediction KernelSumPredictor::predict_on(const std::string& platform, const LoweredModel& model,
                                          bool per_kernel) const {
  Prediction prediction;
  prediction.platform = platform;
  prediction.lower_ms = prediction.upper_ms = std::numeric_limits<double>::quiet_NaN();
  std::map<std::string, int> moved, missing, unmeasured;
  for (const Kernel& kernel : model.kernels.kernels) {
    double ms = 0;
    if (const auto as = stand_in_for(model_, platform, model.graph, kernel)) {
      const KernelAnswer answer = model_.predict(platform, *as->type, as->config);
      ms = answer.latency_ms;
      if (!as->exact) ++moved[kernel.type];
      if (answer.new_platform) ++unmeasured[as->type->predictor()];
    } else {
      ++missing[kernel.type];
    }
    prediction.latency_ms += ms;
    if (per_kernel) prediction.kernel_ms.push_back(ms);
  }
  prediction.incomplete = !unmeasured.empty() || !missing.empty();
  if (!unmeasured.empty()) {
    prediction.notices.push_back("never measured on " + platform +
                                 ", predicted from its data sheet: " + counted(unmeasured));
  }
  if (!moved.empty()) {
    prediction.notices.push_back(
        "kernels without a predictor of their own, taken as element-wise ones of as many bytes: " +
        counted(moved));
  }
  if (!missing.empty()) {
    prediction.notices.push_back("kernels that no predictor was trained for, left out: " +
                                 counted(missing));
  }
  return prediction;
}

}  // namespace tacho
