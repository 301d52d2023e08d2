#include "gnn/serve/unlike_training.h"

#include <algorithm>
#include <cmath>

#include "graph_ir/kernel_family.h"

namespace tacho {
namespace {

/// A column that says 1 for kernels of the family, and never did so in training: its greatest
/// normalised value is that of 0.
bool never_seen(const Checkpoint& checkpoint, Eigen::Index column) {
  const float mean = checkpoint.row("feature_mean")[column];
  const float std = checkpoint.row("feature_std")[column];
  return checkpoint.row("feature_high")[column] < (0.5f - mean) / std;
}

}  // namespace

std::vector<std::string> unlike_training(const GnnModel& model, const GraphFeatures& graph,
                                         const Eigen::VectorXd& spread) {
  std::vector<std::string> notices;
  const std::vector<std::string>& names = model.info().schema.features;
  for (const std::string_view family : kernel_families()) {
    const auto found = std::find(names.begin(), names.end(), family);
    if (found == names.end()) continue;
    const size_t column = static_cast<size_t>(found - names.begin());
    if (!never_seen(model.checkpoint(), static_cast<Eigen::Index>(column))) continue;
    size_t count = 0;
    for (size_t i = column; i < graph.features.size(); i += names.size()) {
      if (graph.features[i] > 0.5f) ++count;
    }
    if (count == 0) continue;
    notices.push_back(std::to_string(count) + (count == 1 ? " kernel" : " kernels") +
                      " of family '" + std::string(family) + "', which training never saw");
  }
  const double usual = model.info().usual_spread;
  if (usual > 0 && spread.size() > 0 && spread.mean() > usual) {
    notices.push_back("unlike the training data: the ensemble's members differ by " +
                      std::to_string(std::lround(100 * std::expm1(spread.mean()))) + " %");
  }
  return notices;
}

double gflops_per_item(const GraphFeatures& graph, const FeatureSchema& schema) {
  const auto column = [](const std::vector<std::string>& names, const char* name) {
    return static_cast<size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  const size_t batch = column(schema.features, "batch");
  const size_t costs = schema.base_costs.size();
  if (graph.num_kernels == 0 || batch == schema.features.size()) return 0;
  double gflops = 0;
  for (const char* name : {"dense_gflops", "grouped_gflops", "vector_gflops"}) {
    for (size_t i = column(schema.base_costs, name); i < graph.base_costs.size() && costs > 0;
         i += costs) {
      gflops += graph.base_costs[i];
    }
  }
  const double items = std::exp2(static_cast<double>(graph.features[batch])) - 1;
  return gflops / std::max(1.0, items);
}

}  // namespace tacho
