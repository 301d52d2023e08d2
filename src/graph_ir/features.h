// What the models see of a kernel: named features with units, and physical base costs.
//
// The list is versioned: checkpoints and data sets carry kFeatureVersion and the names, and refuse
// another version. Feature values are float32; sizes enter as log2(1 + x).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph_ir/kernels.h"

namespace tacho {

constexpr int kFeatureVersion = 2;

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

/// Another model's word on each kernel, as further columns: what the kernel takes on some device,
/// in milliseconds. Such a time is both a feature (log2(1 + microseconds)) and a base cost.
class FeatureSource {
 public:
  virtual ~FeatureSource() = default;
  /// Names the model and its content: data sets and checkpoints carry it, and refuse another.
  virtual const std::string& id() const = 0;
  virtual const std::vector<std::string>& columns() const = 0;
  /// kernels × columns(), row-major, ≥ 0; 0 where the model has nothing to say.
  virtual std::vector<float> kernel_ms(const Graph& graph, const KernelGraph& kernels) const = 0;
};

/// Which columns a GraphFeatures has: the built-in ones, then those of a source.
struct FeatureSchema {
  int version = kFeatureVersion;
  std::vector<std::string> features;
  std::vector<std::string> base_costs;
  std::string source;  ///< FeatureSource::id(); empty without one

  bool operator==(const FeatureSchema& o) const {
    return version == o.version && features == o.features && base_costs == o.base_costs &&
           source == o.source;
  }
  bool operator!=(const FeatureSchema& o) const { return !(*this == o); }
};
FeatureSchema feature_schema(const FeatureSource* source = nullptr);

/// One graph at one batch size as the models take it. Row-major; one row per kernel.
struct GraphFeatures {
  int32_t num_kernels = 0;
  std::vector<float> features;    ///< num_kernels × FeatureSchema::features
  std::vector<float> base_costs;  ///< num_kernels × FeatureSchema::base_costs, ≥ 0
  std::vector<std::pair<int32_t, int32_t>> edges;  ///< (producer, consumer), sorted
};

GraphFeatures featurize(const Graph& graph, const KernelGraph& kernels,
                        const FeatureSource* source = nullptr);

}  // namespace tacho
