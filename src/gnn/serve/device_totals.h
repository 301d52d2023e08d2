// What is known of a graph before anything is measured on a new platform: what the checkpoint's
// platforms would spend on it per class of kernels, and what counting says.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "gnn/serve/few_shot.h"
#include "gnn/serve/gnn_model.h"

namespace tacho {

/// Besides the platforms, devices that cost one thing alone: arithmetic (per GFLOP), bytes moved
/// (per MB), kernels (each), curved activations (per MB written through a sigmoid, SiLU, GELU, hard
/// swish or the like: accelerators without a unit for them are far slower there than any other
/// device suggests). Few-shot adaptation mixes them with the platforms.
const std::vector<std::string>& counted_devices();
/// Of one kernel from its rows of features and base costs, in the order of counted_devices().
Eigen::RowVectorXd counted_costs(const float* features, const float* base_costs);

/// (platforms + counted devices) × (2 · kernel_classes()): live kernels first, then dead ones.
/// Only for the sum readout and the current feature version.
Eigen::MatrixXd device_totals(const GnnModel& model, const GraphFeatures& graph);
/// The rows of device_totals(): platforms, then counted devices. Curved activations come on top.
KnownDevices known_devices(const GnnModel& model);

}  // namespace tacho
