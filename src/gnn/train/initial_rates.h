// Where each platform's rates start: what plain base costs, without any GNN, explain best.
//
// Left at a common start, platforms far from it (CPUs, edge devices) stay at 90 % error.
#pragma once

#include <Eigen/Core>

#include "gnn/train/training_set.h"

namespace tacho {

/// theta (platforms × components), so that with g = 0 each platform predicts its training labels as
/// well as its base costs can. A component the fit leaves at zero starts at a small share of the
/// latency instead, from which it can still grow; components of one base cost differ by a little,
/// so that they part ways. A platform without training labels gets the mean of the others.
Eigen::MatrixXf initial_theta(const TrainingSet& set, int components, uint64_t seed);

}  // namespace tacho
