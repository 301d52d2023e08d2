// What is known of a graph before anything is measured on a new platform: what the checkpoint's
// platforms would spend on it per class of kernels, and what counting says.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "gnn/serve/gnn_model.h"

namespace tacho {

/// Besides the platforms, devices that cost one thing alone: arithmetic (per GFLOP), bytes moved
/// (per MB), kernels (each). Few-shot adaptation mixes them with the platforms.
const std::vector<std::string>& counted_devices();
/// Of one kernel from its row of base costs, in the order of counted_devices().
Eigen::RowVectorXd counted_costs(const float* base_costs);

/// (platforms + counted devices) × (2 · kernel_classes()): live kernels first, then dead ones.
/// Only for the sum readout and the current feature version.
Eigen::MatrixXd device_totals(const GnnModel& model, const GraphFeatures& graph);
/// Per device: 1 if it runs dead kernels, 0 if it folds them away, 0.5 for the counted ones.
Eigen::VectorXd devices_run_dead(const GnnModel& model);

}  // namespace tacho
