#include "gnn/serve/few_shot.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>

#include "common/error.h"
#include "gnn/serve/median.h"

namespace tacho {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Constants chosen on platforms left out of the checkpoint and on NAS-Bench-201 and FBNet devices
// that it never saw: docs/architecture.md.
constexpr double kPriorWidths[] = {0.1, 0.3, 1.0};  ///< of a class's factor, around 1
constexpr double kNoiseVariances[] = {3e-4, 1.5e-3, 6e-3, 2.5e-2, 0.1};  ///< relative
/// A class on which a device spends next to nothing may still cost this share of the mean class.
constexpr double kClassFloor = 0.2;
/// What is paid, in log probability, for a view of dead kernels other than the device's own.
constexpr double kOtherView = -1.0;
constexpr double kLeastWeight = 1e-4;  ///< of a candidate in the average
constexpr double kCombinedVariances[] = {0, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3};
constexpr size_t kLeastToCombine = 8;     ///< samples
constexpr Index kSamplesForChoice = 200;  ///< that decide about the combination's two parameters
constexpr int kSweeps = 1000;
constexpr double kSettled = 1e-6;  ///< change of a prediction, relative, in one sweep
constexpr size_t kLeastForOutliers = 5;
constexpr double kOutlierFactor = 10;  ///< off the nearest device by at least so much
constexpr double kOutlierSpreads = 9;  ///< and by so many times its median error
constexpr size_t kMostOutliers = 5;    ///< one in so many

/// A device's costs on all samples, relative to what was measured and scaled by the factor that
/// makes it right for the median sample: rows that sum to about 1.
struct ScaledDevice {
  Index device = 0;
  double scale = 1;
  MatrixXd shares;    ///< samples × classes
  ArrayXd log_ratio;  ///< per sample: log of measured / scaled sum
};

/// All devices, taken to run dead kernels or not.
struct View {
  bool dead = false;
  std::vector<ScaledDevice> devices;
};

struct Problem {
  VectorXd latency_ms;
  Index devices = 0;
  Index classes = 0;
  bool any_dead = false;  ///< else the two views cannot be told apart
  std::vector<View> views;
};

View view_of(const std::vector<FewShotSample>& samples, bool dead) {
  const Index n = static_cast<Index>(samples.size());
  const Index devices = samples[0].totals.rows(), classes = samples[0].totals.cols() / 2;
  View view{dead, {}};
  for (Index k = 0; k < devices; ++k) {
    ScaledDevice d;
    d.device = k;
    d.shares.resize(n, classes);
    for (Index i = 0; i < n; ++i) {
      const FewShotSample& sample = samples[static_cast<size_t>(i)];
      d.shares.row(i) = sample.totals.row(k).head(classes);
      if (dead) d.shares.row(i) += sample.totals.row(k).tail(classes);
      d.shares.row(i) /= sample.latency_ms;
    }
    const ArrayXd sums = d.shares.rowwise().sum();
    if (!(sums > 0).all() || !sums.allFinite()) continue;
    d.log_ratio = -sums.log();
    const double log_scale = median(d.log_ratio);
    d.log_ratio -= log_scale;
    d.scale = std::exp(log_scale);
    d.shares *= d.scale;
    view.devices.push_back(std::move(d));
  }
  return view;
}

Problem problem_of(const std::vector<FewShotSample>& samples) {
  assert(!samples.empty());
  Problem p;
  p.devices = samples[0].totals.rows();
  p.classes = samples[0].totals.cols() / 2;
  p.latency_ms.resize(static_cast<Index>(samples.size()));
  for (size_t i = 0; i < samples.size(); ++i) {
    assert(samples[i].totals.rows() == p.devices && samples[i].totals.cols() == 2 * p.classes);
    assert(samples[i].latency_ms > 0);
    p.latency_ms[static_cast<Index>(i)] = samples[i].latency_ms;
    p.any_dead = p.any_dead || (samples[i].totals.rightCols(p.classes).array() > 0).any();
  }
  for (const bool dead : {false, true}) p.views.push_back(view_of(samples, dead));
  if (p.views[0].devices.empty() && p.views[1].devices.empty()) {
    throw Error("no known platform spends any time on these graphs");
  }
  return p;
}

/// By how many times the mean class's floor widens the prior of each class; 0: not in the samples.
ArrayXd widths_of(const ArrayXd& mean_shares) {
  const double present = static_cast<double>((mean_shares > 0).count());
  const double floor = kClassFloor * mean_shares.sum() / present;
  return (mean_shares > 0).select(1 + floor / mean_shares.max(1e-300), 0);
}

/// What one platform, alone, says of the samples.
struct Candidate {
  double log_evidence = 0;
  Index device = 0;
  bool dead = false;
  double noise_variance = 0;
  VectorXd factors;  ///< per class, times the device's scale, ≥ 0
};

/// Bayesian regression of 1 = Σ shares·w + noise, w ~ N(1, width²) per class, in closed form.
void add_candidates(const ScaledDevice& d, bool dead, double log_prior,
                    std::vector<Candidate>* candidates) {
  const double n = static_cast<double>(d.shares.rows());
  const VectorXd residual = 1 - d.shares.rowwise().sum().array();
  const MatrixXd gram = d.shares.transpose() * d.shares;
  const VectorXd pull = d.shares.transpose() * residual;
  const double left = residual.squaredNorm();
  const ArrayXd relative = widths_of(d.shares.colwise().sum().transpose().array());
  for (const double width : kPriorWidths) {
    const VectorXd sd = width * relative;
    const MatrixXd scaled_gram = sd.asDiagonal() * gram * sd.asDiagonal();
    const VectorXd scaled_pull = sd.cwiseProduct(pull);
    for (const double variance : kNoiseVariances) {
      MatrixXd precision = scaled_gram / variance;
      precision.diagonal().array() += 1;
      const Eigen::LLT<MatrixXd> cholesky(precision);
      const VectorXd half = cholesky.matrixL().solve(scaled_pull / variance);
      const double log_det = MatrixXd(cholesky.matrixL()).diagonal().array().log().sum();
      Candidate c;
      c.log_evidence = log_prior - 0.5 * (left / variance - half.squaredNorm()) -
                       0.5 * n * std::log(variance) - log_det;
      c.device = d.device;
      c.dead = dead;
      c.noise_variance = variance;
      const VectorXd factors = 1 + (sd.cwiseProduct(cholesky.matrixU().solve(half))).array();
      c.factors = d.scale * factors.cwiseMax(0);
      candidates->push_back(std::move(c));
    }
  }
}

FewShotFit average_of(const Problem& p, const std::vector<Candidate>& candidates) {
  double best = -std::numeric_limits<double>::infinity();
  for (const Candidate& c : candidates) best = std::max(best, c.log_evidence);
  double total = 0;
  for (const Candidate& c : candidates) {
    const double weight = std::exp(c.log_evidence - best);
    if (weight >= kLeastWeight) total += weight;
  }
  FewShotFit fit;
  fit.mix = MatrixXd::Zero(p.devices, 2 * p.classes);
  double variance = 0;
  for (const Candidate& c : candidates) {
    const double weight = std::exp(c.log_evidence - best) / total;
    if (weight * total < kLeastWeight) continue;
    fit.mix.row(c.device).head(p.classes) += weight * c.factors;
    if (c.dead) {
      fit.mix.row(c.device).tail(p.classes) += weight * c.factors;
      fit.runs_dead += weight;
    }
    variance += weight * c.noise_variance;
  }
  fit.noise = std::sqrt(variance);
  return fit;
}

FewShotFit fit_average(const Problem& p, const VectorXd& runs_dead) {
  std::vector<Candidate> candidates;
  for (const View& view : p.views) {
    for (const ScaledDevice& d : view.devices) {
      const double own = runs_dead[d.device];
      const bool other = own != 0.5 && (own > 0.5) != view.dead;
      add_candidates(d, view.dead, other ? kOtherView : 0, &candidates);
    }
  }
  return average_of(p, candidates);
}

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
  const Index columns = num_classes * static_cast<Index>(view.devices.size());
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

/// Several devices at once, with the average as prior mean; the average itself if the evidence is
/// for that.
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
  return fit;
}

/// One graph that is folded to a constant would take all devices out of the view that folds.
std::vector<FewShotSample> with_live(const std::vector<FewShotSample>& samples) {
  std::vector<FewShotSample> live;
  std::copy_if(samples.begin(), samples.end(), std::back_inserter(live), has_live);
  return live.empty() ? samples : live;
}

/// The device that is nearest to most samples; null if the view has none.
const ScaledDevice* nearest_in(const View& view) {
  const ScaledDevice* nearest = nullptr;
  double least = 0;
  for (const ScaledDevice& d : view.devices) {
    const double spread = median(ArrayXd(d.log_ratio.abs()));
    if (nearest != nullptr && spread >= least) continue;
    nearest = &d;
    least = spread;
  }
  return nearest;
}

/// The samples that are not grossly off the nearest device, whether it runs dead kernels or not: a
/// timer that failed, a network that a compiler reduced to a constant. Where many are off, that is
/// what the platform is like, and all are kept.
std::vector<FewShotSample> without_outliers(const std::vector<FewShotSample>& samples) {
  if (samples.size() < kLeastForOutliers) return samples;
  const Problem p = problem_of(samples);
  std::vector<bool> keep(samples.size(), false);
  for (const View& view : p.views) {
    const ScaledDevice* nearest = nearest_in(view);
    if (nearest == nullptr) continue;
    const ArrayXd off = nearest->log_ratio.abs();
    const double limit = std::max(std::log(kOutlierFactor), kOutlierSpreads * median(off));
    for (size_t i = 0; i < samples.size(); ++i) {
      if (off[static_cast<Index>(i)] <= limit) keep[i] = true;
    }
  }
  std::vector<FewShotSample> kept;
  for (size_t i = 0; i < samples.size(); ++i) {
    if (keep[i]) kept.push_back(samples[i]);
  }
  const size_t dropped = samples.size() - kept.size();
  return dropped * kMostOutliers > samples.size() ? samples : kept;
}

double sum_of(const FewShotFit& fit, const FewShotSample& sample) {
  return fit.mix.cwiseProduct(sample.totals).sum();
}

}  // namespace

bool has_live(const FewShotSample& sample) {
  return (sample.totals.leftCols(sample.totals.cols() / 2).array() > 0).any();
}

FewShotFit fit_few_shot(const std::vector<FewShotSample>& samples, const VectorXd& runs_dead) {
  const std::vector<FewShotSample> live = with_live(samples);
  const std::vector<FewShotSample> kept = without_outliers(live);
  const Problem p = problem_of(kept);
  assert(runs_dead.size() == p.devices);
  FewShotFit fit = fit_average(p, runs_dead);
  if (kept.size() >= kLeastToCombine) fit = combine(p, fit);
  fit.outliers = live.size() - kept.size();
  return fit;
}

std::vector<double> left_out_ratios(const std::vector<FewShotSample>& samples,
                                    const VectorXd& runs_dead, size_t folds) {
  assert(folds >= 2 && samples.size() >= folds);
  std::vector<double> ratios(samples.size());
  for (size_t fold = 0; fold < folds; ++fold) {
    std::vector<FewShotSample> rest;
    for (size_t i = 0; i < samples.size(); ++i) {
      if (i % folds != fold) rest.push_back(samples[i]);
    }
    const FewShotFit fit = fit_few_shot(rest, runs_dead);
    for (size_t i = fold; i < samples.size(); i += folds) {
      ratios[i] = sum_of(fit, samples[i]) / samples[i].latency_ms;
    }
  }
  return ratios;
}

VectorXd device_shares(const FewShotFit& fit, const std::vector<FewShotSample>& samples) {
  VectorXd shares = VectorXd::Zero(fit.mix.rows());
  for (const FewShotSample& sample : samples) {
    const VectorXd parts = fit.mix.cwiseProduct(sample.totals).rowwise().sum();
    if (parts.sum() > 0) shares += parts / parts.sum();
  }
  const double total = shares.sum();
  return total > 0 ? VectorXd(shares / total) : shares;
}

}  // namespace tacho
