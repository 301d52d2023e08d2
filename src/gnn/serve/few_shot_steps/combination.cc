#include "gnn/serve/few_shot_steps/combination.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace tacho::few_shot {
namespace {

constexpr double kCombinedVariances[] = {0, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3};
constexpr Index kSamplesForChoice = 200;  ///< that decide about the combination's two parameters
constexpr int kSweeps = 1000;
constexpr double kSettled = 1e-6;  ///< change of a prediction, relative, in one sweep

/// All devices' classes side by side, and what the average makes of them.
struct Combination {
  const View* view = nullptr;
  std::vector<Index> classes;  ///< that occur in the samples
  MatrixXd shares;             ///< samples × (devices · classes)
  VectorXd mean;               ///< of the prior
  VectorXd variance;           ///< of the prior, for a width of 1
  double width2 = 0;           ///< chosen: the factor of `variance`
  double noise_variance = 0;
  double log_evidence = -std::numeric_limits<double>::infinity();
};

Combination combination_of(const View& view, const FewShotFit& average) {
  const Index n = view.devices[0].shares.rows(), all = view.devices[0].shares.cols();
  const double num_devices = static_cast<double>(view.devices.size());
  ArrayXd mean_shares = ArrayXd::Zero(all);
  for (const ScaledDevice& d : view.devices) {
    mean_shares += d.shares.colwise().mean().transpose().array();
  }
  const ArrayXd relative = widths_of(mean_shares);
  Combination c;
  c.view = &view;
  for (Index j = 0; j < all; ++j) {
    if (relative[j] > 0) c.classes.push_back(j);
  }
  const Index num_classes = static_cast<Index>(c.classes.size());
  const Index columns = num_classes * static_cast<Index>(view.devices.size()) +
                        static_cast<Index>(view.extras.size());
  c.shares.resize(n, columns);
  c.mean.resize(columns);
  c.variance.resize(columns);
  Index column = 0;
  for (const ScaledDevice& d : view.devices) {
    for (const Index j : c.classes) {
      c.shares.col(column) = d.shares.col(j);
      c.mean[column] = average.mix(d.device, j) / d.scale;
      c.variance[column] = relative[j] * relative[j] / num_devices;
      ++column;
    }
  }
  for (const Extra& extra : view.extras) {
    c.shares.col(column) = extra.shares;
    c.mean[column] = average.mix(extra.device, 0) / extra.scale;
    c.variance[column] = kExtraWidth * kExtraWidth;
    ++column;
  }
  return c;
}

/// Sets width and noise to those of the greatest evidence, which is exact for weights of any sign.
void choose_parameters(Combination* c) {
  const Index n = std::min<Index>(c->shares.rows(), kSamplesForChoice);
  MatrixXd rows(n, c->shares.cols());
  VectorXd residual(n);
  for (Index i = 0; i < n; ++i) {
    const Index from = i * c->shares.rows() / n;
    residual[i] = 1 - c->shares.row(from).dot(c->mean);
    rows.row(i) = c->shares.row(from);
  }
  const MatrixXd covariance = rows * c->variance.asDiagonal() * rows.transpose();
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(covariance);
  const ArrayXd values = eigen.eigenvalues().array().max(0);
  const ArrayXd squares = (eigen.eigenvectors().transpose() * residual).array().square();
  for (const double width2 : kCombinedVariances) {
    for (const double variance : kNoiseVariances) {
      const ArrayXd spread = width2 * values + variance;
      const double evidence = -0.5 * (squares / spread + spread.log()).sum();
      if (evidence <= c->log_evidence) continue;
      c->log_evidence = evidence;
      c->width2 = width2;
      c->noise_variance = variance;
    }
  }
}

/// The most probable weights that are not negative, by coordinate descent.
VectorXd solve(const Combination& c) {
  const VectorXd precision = (c.noise_variance / c.width2) * c.variance.cwiseInverse();
  const VectorXd curvature = c.shares.colwise().squaredNorm().transpose() + precision;
  VectorXd x = c.mean;
  VectorXd residual = 1 - (c.shares * x).array();
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    double moved = 0;
    for (Index j = 0; j < x.size(); ++j) {
      const double pull = c.shares.col(j).dot(residual) - precision[j] * (x[j] - c.mean[j]);
      const double next = std::max(0.0, x[j] + pull / curvature[j]);
      const double step = next - x[j];
      if (step == 0) continue;
      residual -= step * c.shares.col(j);
      x[j] = next;
      moved = std::max(moved, std::abs(step) * c.shares.col(j).maxCoeff());
    }
    if (moved < kSettled) break;
  }
  return x;
}

}  // namespace

FewShotFit combine(const Problem& p, const FewShotFit& average) {
  std::optional<Combination> best;
  for (const View& view : p.views) {
    if (view.devices.empty() || (view.dead && !p.any_dead)) continue;
    Combination c = combination_of(view, average);
    choose_parameters(&c);
    if (!best || c.log_evidence > best->log_evidence) best = std::move(c);
  }
  if (!best || best->width2 == 0) return average;
  const VectorXd x = solve(*best);
  FewShotFit fit = average;
  fit.combined = true;
  fit.noise = std::sqrt(best->noise_variance);
  // Devices of the other view only have no part in it; classes that no sample has keep the average.
  MatrixXd mix = MatrixXd::Zero(p.devices, 2 * p.classes);
  for (const ScaledDevice& d : best->view->devices) mix.row(d.device) = average.mix.row(d.device);
  fit.mix = std::move(mix);
  if (p.any_dead) fit.runs_dead = best->view->dead ? 1 : 0;
  Index column = 0;
  for (const ScaledDevice& d : best->view->devices) {
    for (const Index j : best->classes) {
      const double factor = x[column++] * d.scale;
      fit.mix(d.device, j) = factor;
      fit.mix(d.device, p.classes + j) = fit.runs_dead * factor;
    }
  }
  for (const Extra& extra : best->view->extras) {
    const double factor = x[column++] * extra.scale;
    fit.mix.row(extra.device).head(p.classes).setConstant(factor);
    fit.mix.row(extra.device).tail(p.classes).setConstant(fit.runs_dead * factor);
  }
  return fit;
}

}  // namespace tacho::few_shot
