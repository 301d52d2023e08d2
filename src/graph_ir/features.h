// What the models see of a kernel: named features with units, and physical base costs.
//
// The list is versioned: checkpoints and data sets carry kFeatureVersion and the names, and refuse
// another version. Feature values are float32; sizes enter as log2(1 + x).
#pragma once

#include <string_view>
#include <vector>

#include "graph_ir/kernels.h"

namespace tacho {

constexpr int kFeatureVersion = 1;

struct FeatureInfo {
  std::string_view name;
  std::string_view unit;
  std::string_view meaning;
};

/// The features of a kernel, in column order.
const std::vector<FeatureInfo>& feature_table();
/// The base costs of a kernel, in column order: non-negative physical quantities that components
/// scale.
const std::vector<FeatureInfo>& base_cost_table();

/// One graph at one batch size as the models take it. Row-major; one row per kernel.
struct GraphFeatures {
  int32_t num_kernels = 0;
  std::vector<float> features;    ///< num_kernels × feature_table().size()
  std::vector<float> base_costs;  ///< num_kernels × base_cost_table().size(), ≥ 0
  std::vector<std::pair<int32_t, int32_t>> edges;  ///< (producer, consumer), sorted
};

GraphFeatures featurize(const Graph& graph, const KernelGraph& kernels);

}  // namespace tacho
