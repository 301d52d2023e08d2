#include "kernel_builder/kernel_estimate.h"

#include <algorithm>
#include <cmath>

#include "graph_ir/workload.h"
#include "kernel_builder/kernel_parts.h"
#include "kernel_builder/network_kernels.h"

namespace tacho {
namespace {

using Maybe = std::optional<KernelEstimate>;

/// Element-wise kernels that may stand in for others, with the bytes they move per element.
struct Mover {
  const char* kernel;
  double bytes_per_element;
};
constexpr Mover kMovers[] = {{"relu", 8}, {"add", 12}, {"mul", 12}, {"gelu", 8}, {"tanh", 8}};

/// A kernel of rows and columns is measured on feature maps of many channels; so are these.
constexpr double kChannels = 64;

KernelConfig mover_config(const KernelType& type, double elements) {
  std::vector<int64_t> values(type.parameters().size(), kRequired);
  const double channels = std::min(kChannels, std::max(1.0, elements));
  values[*parameter_index(type, "hw")] =
      std::max<int64_t>(1, std::llround(std::sqrt(elements / channels)));
  values[*parameter_index(type, "cin")] = std::llround(channels);
  return complete_config(type, std::move(values));
}

void add_new(std::vector<std::string>& list, const std::string& name) {
  if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
}

class Estimator {
 public:
  Estimator(const KernelLatencyModel& model, const std::string& platform)
      : model_(model), platform_(platform) {}

  Maybe by_own(const KernelType& type, const KernelConfig& config) const {
    if (!can_predict(type)) return std::nullopt;
    const KernelAnswer answer = model_.predict(platform_, type, config);
    KernelEstimate estimate{answer.latency_ms, KernelBasis::kOwn, {type.predictor()}, {}};
    if (answer.new_platform) estimate.unmeasured = estimate.predictors;
    return estimate;
  }

  /// The sum of the parts, if each can be predicted; else by bytes.
  Maybe by_parts_or_bytes(const std::vector<KernelPart>& parts, double bytes) const {
    Maybe moved = by_bytes(bytes);
    Maybe sum = by_parts(parts);
    if (!sum) return moved;
    if (moved) sum->latency_ms = std::max(sum->latency_ms, moved->latency_ms);
    return sum;
  }

 private:
  bool can_predict(const KernelType& type) const {
    const KernelPredictor* p = model_.find(type);
    if (p == nullptr) return false;
    if (std::binary_search(p->platforms.begin(), p->platforms.end(), platform_)) return true;
    return !p->shared.roots.empty() && model_.devices().count(platform_) > 0;
  }

  Maybe of_config(const KernelType& type, const KernelConfig& config) const {
    if (Maybe own = by_own(type, config)) return own;
    return by_parts_or_bytes(parts_of(type, config), type.cost(config).cost.bytes());
  }

  Maybe by_parts(const std::vector<KernelPart>& parts) const {
    if (parts.empty()) return std::nullopt;
    KernelEstimate sum;
    sum.basis = KernelBasis::kParts;
    for (const KernelPart& part : parts) {
      const KernelType& type = Catalogue::builtin().at(part.config.kernel);
      const Maybe estimate = of_config(type, part.config);
      // Bytes say nothing of what a product takes.
      const bool computes = type.cost(part.config).work.macs() > 0;
      if (!estimate || (computes && estimate->basis == KernelBasis::kBytes)) return std::nullopt;
      sum.latency_ms += part.count * estimate->latency_ms;
      for (const std::string& name : estimate->predictors) add_new(sum.predictors, name);
      for (const std::string& name : estimate->unmeasured) add_new(sum.unmeasured, name);
    }
    return sum;
  }

  Maybe by_bytes(double bytes) const {
    for (const Mover& mover : kMovers) {
      const KernelType& type = Catalogue::builtin().at(mover.kernel);
      Maybe estimate = by_own(type, mover_config(type, bytes / mover.bytes_per_element));
      if (!estimate) continue;
      estimate->basis = KernelBasis::kBytes;
      return estimate;
    }
    return std::nullopt;
  }

  const KernelLatencyModel& model_;
  const std::string& platform_;
};

}  // namespace

std::optional<KernelEstimate> estimate_kernel(const KernelLatencyModel& model,
                                              const std::string& platform, const Graph& graph,
                                              const Kernel& kernel) {
  const Estimator estimator(model, platform);
  if (const std::optional<KernelConfig> config = kernel_config_of(graph, kernel)) {
    const KernelType& type = Catalogue::builtin().at(config->kernel);
    if (Maybe own = estimator.by_own(type, *config)) return own;
    // The network's kernel moves what it moves; its type's cost is that of square maps.
    return estimator.by_parts_or_bytes(parts_of(type, *config), kernel.cost.bytes());
  }
  const Node& node = graph.node(kernel.node);
  return estimator.by_parts_or_bytes(parts_of(workload_of(graph, node), work_kind(graph, node)),
                                     kernel.cost.bytes());
}

}  // namespace tacho
