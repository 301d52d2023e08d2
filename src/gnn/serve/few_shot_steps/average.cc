#include "gnn/serve/few_shot_steps/average.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>

namespace tacho::few_shot {
namespace {

constexpr double kPriorWidths[] = {0.1, 0.3, 1.0};  ///< of a class's factor, around 1
/// What is paid, in log probability, for a view of dead kernels other than the device's own.
constexpr double kOtherView = -1.0;
constexpr double kLeastWeight = 1e-4;  ///< of a candidate in the average

/// What one platform, alone, says of the samples.
struct Candidate {
  double log_evidence = 0;
  Index device = 0;
  bool dead = false;
  double noise_variance = 0;
  VectorXd factors;                              ///< per class, times the device's scale, ≥ 0
  std::vector<std::pair<Index, double>> extras;  ///< device and factor, times its scale, ≥ 0
};

/// Bayesian regression of 1 = Σ shares·w + Σ extras·v + noise, w ~ N(1, width²) per class and
/// v ~ N(0, kExtraWidth²) per extra, in closed form.
void add_candidates(const ScaledDevice& d, const std::vector<Extra>& extras, bool dead,
                    double log_prior, std::vector<Candidate>* candidates) {
  const Index classes = d.shares.cols(), columns = classes + static_cast<Index>(extras.size());
  const double n = static_cast<double>(d.shares.rows());
  MatrixXd shares(d.shares.rows(), columns);
  shares.leftCols(classes) = d.shares;
  for (size_t e = 0; e < extras.size(); ++e) {
    shares.col(classes + static_cast<Index>(e)) = extras[e].shares;
  }
  const VectorXd residual = 1 - d.shares.rowwise().sum().array();
  const MatrixXd gram = shares.transpose() * shares;
  const VectorXd pull = shares.transpose() * residual;
  const double left = residual.squaredNorm();
  const ArrayXd relative = widths_of(d.shares.colwise().sum().transpose().array());
  for (const double width : kPriorWidths) {
    VectorXd sd = VectorXd::Constant(columns, kExtraWidth);
    sd.head(classes) = width * relative;
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
      const VectorXd moved = sd.cwiseProduct(cholesky.matrixU().solve(half));
      c.factors = d.scale * (1 + moved.head(classes).array()).cwiseMax(0);
      for (size_t e = 0; e < extras.size(); ++e) {
        const double factor = std::max(0.0, moved[classes + static_cast<Index>(e)]);
        c.extras.push_back({extras[e].device, extras[e].scale * factor});
      }
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
    for (const auto& [device, factor] : c.extras) {
      fit.mix.row(device).head(p.classes).array() += weight * factor;
      if (c.dead) fit.mix.row(device).tail(p.classes).array() += weight * factor;
    }
    variance += weight * c.noise_variance;
  }
  fit.noise = std::sqrt(variance);
  return fit;
}

}  // namespace

FewShotFit fit_average(const Problem& p, const VectorXd& runs_dead) {
  std::vector<Candidate> candidates;
  for (const View& view : p.views) {
    for (const ScaledDevice& d : view.devices) {
      const double own = runs_dead[d.device];
      const bool other = own != 0.5 && (own > 0.5) != view.dead;
      const double log_prior = other ? kOtherView : 0;
      add_candidates(d, {}, view.dead, log_prior, &candidates);
      if (!view.extras.empty()) add_candidates(d, view.extras, view.dead, log_prior, &candidates);
    }
  }
  return average_of(p, candidates);
}

}  // namespace tacho::few_shot
