#include "gnn/serve/few_shot.h"

#include <algorithm>
#include <cassert>
#include <iterator>

#include "gnn/serve/few_shot_steps/average.h"
#include "gnn/serve/few_shot_steps/combination.h"
#include "gnn/serve/few_shot_steps/problem.h"

namespace tacho {
namespace {

constexpr size_t kLeastToCombine = 8;  ///< samples

/// One graph that is folded to a constant would take all devices out of the view that folds.
std::vector<FewShotSample> with_live(const std::vector<FewShotSample>& samples) {
  std::vector<FewShotSample> live;
  std::copy_if(samples.begin(), samples.end(), std::back_inserter(live), has_live);
  return live.empty() ? samples : live;
}

double sum_of(const FewShotFit& fit, const FewShotSample& sample) {
  return fit.mix.cwiseProduct(sample.totals).sum();
}

}  // namespace

bool has_live(const FewShotSample& sample) {
  return (sample.totals.leftCols(sample.totals.cols() / 2).array() > 0).any();
}

FewShotFit fit_few_shot(const std::vector<FewShotSample>& samples, const KnownDevices& devices) {
  const std::vector<FewShotSample> live = with_live(samples);
  const std::vector<FewShotSample> kept = few_shot::without_outliers(live, devices.on_top);
  const few_shot::Problem p = few_shot::problem_of(kept, devices.on_top);
  assert(devices.runs_dead.size() == p.devices);
  FewShotFit fit = few_shot::fit_average(p, devices.runs_dead);
  if (kept.size() >= kLeastToCombine) fit = few_shot::combine(p, fit);
  fit.outliers = live.size() - kept.size();
  return fit;
}

std::vector<double> left_out_ratios(const std::vector<FewShotSample>& samples,
                                    const KnownDevices& devices,
                                    const std::vector<size_t>& fold_of) {
  assert(fold_of.size() == samples.size() && !samples.empty());
  const size_t folds = 1 + *std::max_element(fold_of.begin(), fold_of.end());
  assert(folds >= 2);
  std::vector<double> ratios(samples.size());
  for (size_t fold = 0; fold < folds; ++fold) {
    std::vector<FewShotSample> rest;
    for (size_t i = 0; i < samples.size(); ++i) {
      if (fold_of[i] != fold) rest.push_back(samples[i]);
    }
    const FewShotFit fit = fit_few_shot(rest, devices);
    for (size_t i = 0; i < samples.size(); ++i) {
      if (fold_of[i] == fold) ratios[i] = sum_of(fit, samples[i]) / samples[i].latency_ms;
    }
  }
  return ratios;
}

Eigen::VectorXd device_shares(const FewShotFit& fit, const std::vector<FewShotSample>& samples) {
  Eigen::VectorXd shares = Eigen::VectorXd::Zero(fit.mix.rows());
  for (const FewShotSample& sample : samples) {
    const Eigen::VectorXd parts = fit.mix.cwiseProduct(sample.totals).rowwise().sum();
    if (parts.sum() > 0) shares += parts / parts.sum();
  }
  const double total = shares.sum();
  return total > 0 ? Eigen::VectorXd(shares / total) : shares;
}

}  // namespace tacho
