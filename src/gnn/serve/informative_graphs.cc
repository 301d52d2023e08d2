#include "gnn/serve/informative_graphs.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "gnn/serve/median.h"

namespace tacho {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Chosen with those of few_shot.cc: docs/architecture.md.
constexpr double kSizeWeight = 0.3;   ///< of a platform's latency depending on size otherwise
constexpr double kDeadWeight = 0.5;   ///< of dead kernels being folded away
constexpr double kOnTopWeight = 0.3;  ///< of what comes on top of a platform
constexpr Index kDirections = 40;
constexpr double kChoiceNoise = 6e-3;  ///< relative variance of a measurement

/// One row per graph whose products are the prior covariance of the graphs' relative latencies on
/// an unknown platform: it weighs classes, and device by device classes, unlike the known ones.
MatrixXd prior_rows(const std::vector<MatrixXd>& totals, Index on_top) {
  const Index n = static_cast<Index>(totals.size());
  const Index devices = totals[0].rows() - on_top, classes = totals[0].cols() / 2;
  // What a middling device takes: the geometric mean of all, each scaled to the median graph.
  MatrixXd log_sums(n, devices);
  for (Index i = 0; i < n; ++i) {
    log_sums.row(i) =
        totals[static_cast<size_t>(i)].topRows(devices).rowwise().sum().array().max(1e-12).log();
  }
  ArrayXd log_scale(devices);
  for (Index k = 0; k < devices; ++k) log_scale[k] = -median_of(ArrayXd(log_sums.col(k).array()));
  const VectorXd log_size = (log_sums.rowwise() + log_scale.matrix().transpose()).rowwise().mean();
  MatrixXd rows = MatrixXd::Zero(n, classes + devices * classes + on_top + 2);
  for (Index i = 0; i < n; ++i) {
    const MatrixXd& t = totals[static_cast<size_t>(i)];
    const ArrayXd factors = (log_scale - log_size[i]).exp();
    for (Index k = 0; k < devices; ++k) {
      const Eigen::ArrayXXd dead = factors[k] * t.row(k).tail(classes).array();
      const Eigen::ArrayXXd shares = factors[k] * t.row(k).head(classes).array() + dead;
      rows(i, rows.cols() - 2) += kDeadWeight * dead.sum() / static_cast<double>(devices);
      rows.row(i).head(classes).array() += shares / static_cast<double>(devices);
      rows.row(i).segment(classes + k * classes, classes) =
          shares / std::sqrt(static_cast<double>(devices));
    }
  }
  for (Index k = 0; k < on_top; ++k) {
    ArrayXd shares(n);
    for (Index i = 0; i < n; ++i) {
      shares[i] = totals[static_cast<size_t>(i)].row(devices + k).sum() * std::exp(-log_size[i]);
    }
    const double mean_share = shares.mean();
    if (mean_share > 0)
      rows.col(classes + devices * classes + k) = kOnTopWeight / mean_share * shares;
  }
  const double mean = log_size.mean();
  const double spread = std::sqrt((log_size.array() - mean).square().mean());
  if (spread > 1e-12) rows.rightCols(1) = kSizeWeight * (log_size.array() - mean) / spread;
  return rows;
}

/// The same but for what the least of its directions add.
MatrixXd main_directions(const MatrixXd& rows) {
  std::vector<Index> used;
  for (Index j = 0; j < rows.cols(); ++j) {
    if (rows.col(j).squaredNorm() > 0) used.push_back(j);
  }
  MatrixXd dense(rows.rows(), static_cast<Index>(used.size()));
  for (size_t j = 0; j < used.size(); ++j) dense.col(static_cast<Index>(j)) = rows.col(used[j]);
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(dense.transpose() * dense);
  return dense * eigen.eigenvectors().rightCols(std::min<Index>(kDirections, dense.cols()));
}

}  // namespace

std::vector<size_t> most_informative(const std::vector<MatrixXd>& totals, Index on_top,
                                     size_t count) {
  if (totals.empty()) return {};
  const MatrixXd rows = main_directions(prior_rows(totals, on_top));
  // Each step takes the graph whose measurement leaves the least variance over all graphs.
  MatrixXd covariance = MatrixXd::Identity(rows.cols(), rows.cols());
  const MatrixXd gram = rows.transpose() * rows;
  std::vector<size_t> chosen;
  std::vector<bool> taken(totals.size(), false);
  while (chosen.size() < std::min(count, totals.size())) {
    const MatrixXd directions = rows * covariance;
    const VectorXd variance = directions.cwiseProduct(rows).rowwise().sum();
    const VectorXd gain = (directions * gram).cwiseProduct(directions).rowwise().sum();
    Index best = -1;
    double most = 0;
    for (Index i = 0; i < rows.rows(); ++i) {
      const double drop = gain[i] / (variance[i] + kChoiceNoise);
      if (taken[static_cast<size_t>(i)] || (best >= 0 && drop <= most)) continue;
      best = i;
      most = drop;
    }
    const VectorXd direction = directions.row(best).transpose();
    covariance -= direction * direction.transpose() / (variance[best] + kChoiceNoise);
    taken[static_cast<size_t>(best)] = true;
    chosen.push_back(static_cast<size_t>(best));
  }
  return chosen;
}

}  // namespace tacho
