// Where each platform's rates start: what plain base costs, without any GNN, explain best.
//
// Left at a common start, platforms far from it (CPUs, edge devices) stay at 90 % error.
#pragma once

#include <Eigen/Core>
#include <iosfwd>
#include <vector>

#include "gnn/train/training_set.h"

namespace tacho {

struct InitialRates {
  Eigen::MatrixXf theta;         ///< platforms × components
  std::vector<float> runs_dead;  ///< per platform: 0 if it folds multiplications by zero, else 1
};

/// theta so that with g = 0 each platform predicts its training labels as well as its base costs
/// can. A component the fit leaves at zero starts at a small share of the latency instead, from
/// which it can still grow; components of one base cost differ by a little, so that they part ways.
/// A platform with labels of graphs that multiply by zero is fitted twice, running and folding
/// that, and keeps the better fit; one line goes to `log` (may be null) for each that folds. A
/// platform without training labels gets the mean of the others and runs everything.
InitialRates initial_rates(const TrainingSet& set, int components, uint64_t seed,
                           std::ostream* log = nullptr);

}  // namespace tacho
