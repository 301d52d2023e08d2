#include "kernel_builder/linear_bottleneck.h"

#include <limits>
#include <utility>

#include "common/text.h"

namespace tacho {
namespace {

/// The kernel types in the order in which they first come, each with its number.
std::string types_text(const KernelGraph& kernels, const GraphBlock& block) {
  std::vector<std::pair<std::string, int>> counts;
  for (size_t i = block.first; i <= block.last; ++i) {
    const std::string& type = kernels.kernels[i].type;
    auto known = counts.begin();
    while (known != counts.end() && known->first != type) ++known;
    if (known == counts.end()) {
      counts.emplace_back(type, 1);
    } else {
      ++known->second;
    }
  }
  std::vector<std::string> parts;
  for (const auto& [type, count] : counts) {
    parts.push_back(count > 1 ? type + " ×" + std::to_string(count) : type);
  }
  return join(parts);
}

std::string bound_of(double acts_ms, double flops_ms) {
  if (acts_ms <= 0 && flops_ms <= 0) return "overhead";
  return flops_ms > acts_ms ? "compute" : "memory";
}

}  // namespace

std::vector<BlockCost> block_costs(const LinearPredictor& predictor, const std::string& platform,
                                   const LoweredModel& model) {
  const KernelGraph& kernels = model.kernels;
  const LinearLaw& law = predictor.model().at(platform).law;
  const std::vector<double> kernel_ms = predictor.kernel_ms(platform, model.graph, kernels);
  std::vector<BlockCost> costs;
  for (const GraphBlock& block : blocks_of(model.graph, kernels)) {
    BlockCost cost;
    cost.block = block;
    cost.kernels = types_text(kernels, block);
    LinearTerms sum;
    for (size_t i = block.first; i <= block.last; ++i) {
      cost.ms += kernel_ms[i];
      const LinearTerms terms =
          linear_terms(kernels.kernels[i].cost, 0, predictor.model().write_weight);
      sum.acts += terms.acts;
      sum.flops += terms.flops;
    }
    cost.acts_ms = law.ms_per_act * sum.acts;
    cost.flops_ms = law.ms_per_flop * sum.flops;
    cost.intensity = sum.acts > 0 ? sum.flops / sum.acts : std::numeric_limits<double>::infinity();
    cost.bound = bound_of(cost.acts_ms, cost.flops_ms);
    costs.push_back(std::move(cost));
  }
  return costs;
}

}  // namespace tacho
