// Least squares with coefficients that are not negative: costs add up to times, never the other
// way.
#pragma once

#include <Eigen/Core>

namespace tacho {

/// Minimises |A·x − y|² over x ≥ 0, by coordinate descent on the normal equations. A: n × m, y: n.
/// A column of zeros gets 0. Columns may differ in scale by any factor.
Eigen::VectorXd fit_nnls(const Eigen::MatrixXd& a, const Eigen::VectorXd& y);

/// Minimises Σᵢ (Σⱼ xⱼ·costs[i, j] / targets[i] − 1)² over x ≥ 0. costs ≥ 0 (n × m), targets > 0
/// (n). A column of zeros gets 0.
Eigen::VectorXd fit_relative_nnls(const Eigen::MatrixXd& costs, const Eigen::VectorXd& targets);

}  // namespace tacho
