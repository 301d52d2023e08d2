#include "gnn/serve/device_totals.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "graph_ir/kernel_class.h"

namespace tacho {
namespace {

/// Where things stand in a row.
struct Columns {
  size_t dense_gflops = column_of(base_cost_table(), "dense_gflops");
  size_t grouped_gflops = column_of(base_cost_table(), "grouped_gflops");
  size_t vector_gflops = column_of(base_cost_table(), "vector_gflops");
  size_t moved_mb = column_of(base_cost_table(), "moved_mb");
  size_t weight_mb = column_of(base_cost_table(), "weight_mb");
  size_t launches = column_of(base_cost_table(), "launches");
  size_t write = column_of(feature_table(), "write");
  size_t fused_smooth = column_of(feature_table(), "fused_smooth");
  size_t activation = column_of(feature_table(), "activation");

  static size_t column_of(const std::vector<FeatureInfo>& table, std::string_view name) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const FeatureInfo& info) { return info.name == name; });
    assert(found != table.end());
    return static_cast<size_t>(found - table.begin());
  }
};

}  // namespace

const std::vector<std::string>& counted_devices() {
  static const std::vector<std::string> kNames = {"arithmetic", "bytes moved", "kernels",
                                                  "curved activations"};
  return kNames;
}

Eigen::RowVectorXd counted_costs(const float* features, const float* base_costs) {
  static const Columns c;
  const auto at = [&](size_t column) { return static_cast<double>(base_costs[column]); };
  const bool curved = features[c.fused_smooth] == 1 || features[c.activation] == 1;
  Eigen::RowVectorXd costs(4);
  costs << at(c.dense_gflops) + at(c.grouped_gflops) + at(c.vector_gflops),
      at(c.moved_mb) + at(c.weight_mb), at(c.launches),
      curved ? std::exp2(static_cast<double>(features[c.write])) / 1e6 : 0.0;
  return costs;
}

Eigen::MatrixXd device_totals(const GnnModel& model, const GraphFeatures& graph) {
  const Eigen::MatrixXd platforms = model.class_totals(graph);
  const Eigen::Index counted = static_cast<Eigen::Index>(counted_devices().size());
  Eigen::MatrixXd totals = Eigen::MatrixXd::Zero(platforms.rows() + counted, platforms.cols());
  totals.topRows(platforms.rows()) = platforms;
  const size_t width = model.info().schema.features.size();
  const size_t costs = model.info().schema.base_costs.size();
  const size_t classes = kernel_classes().size();
  for (size_t k = 0; k < static_cast<size_t>(graph.num_kernels); ++k) {
    const float* row = &graph.features[k * width];
    const size_t column = kernel_class(row) + (is_live(row) ? 0 : classes);
    totals.col(static_cast<Eigen::Index>(column)).tail(counted) +=
        counted_costs(row, &graph.base_costs[k * costs]).transpose();
  }
  return totals;
}

KnownDevices known_devices(const GnnModel& model) {
  const Eigen::Index platforms = model.runs_dead().size();
  KnownDevices devices;
  devices.runs_dead = Eigen::VectorXd::Constant(
      platforms + static_cast<Eigen::Index>(counted_devices().size()), 0.5);
  devices.runs_dead.head(platforms) = model.runs_dead();
  devices.on_top = 1;
  return devices;
}

}  // namespace tacho
