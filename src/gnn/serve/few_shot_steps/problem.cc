#include "gnn/serve/few_shot_steps/problem.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>

#include "common/error.h"
#include "gnn/serve/median.h"

namespace tacho::few_shot {
namespace {

/// A class on which a device spends next to nothing may still cost this share of the mean class.
constexpr double kClassFloor = 0.2;
constexpr size_t kLeastForOutliers = 5;
constexpr double kOutlierFactor = 10;  ///< off the nearest device by at least so much
constexpr double kOutlierSpreads = 9;  ///< and by so many times its median error
constexpr size_t kMostOutliers = 5;    ///< one in so many

Extra extra_of(Index device, const ArrayXd& sums) {
  std::vector<double> spent;
  std::copy_if(sums.begin(), sums.end(), std::back_inserter(spent), [](double s) { return s > 0; });
  const double scale = 1 / median_of(std::move(spent));
  return {device, scale, scale * sums.matrix()};
}

View view_of(const std::vector<FewShotSample>& samples, Index on_top, bool dead) {
  const Index n = static_cast<Index>(samples.size());
  const Index devices = samples[0].totals.rows(), classes = samples[0].totals.cols() / 2;
  View view;
  view.dead = dead;
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
    if (k >= devices - on_top) {
      if (sums.allFinite() && (sums > 0).any()) view.extras.push_back(extra_of(k, sums));
      continue;
    }
    if (!(sums > 0).all() || !sums.allFinite()) continue;
    d.log_ratio = -sums.log();
    const double log_scale = median_of(d.log_ratio);
    d.log_ratio -= log_scale;
    d.scale = std::exp(log_scale);
    d.shares *= d.scale;
    view.devices.push_back(std::move(d));
  }
  return view;
}

/// The device that is nearest to most samples; null if the view has none.
const ScaledDevice* nearest_in(const View& view) {
  const ScaledDevice* nearest = nullptr;
  double least = 0;
  for (const ScaledDevice& d : view.devices) {
    const double spread = median_of(ArrayXd(d.log_ratio.abs()));
    if (nearest != nullptr && spread >= least) continue;
    nearest = &d;
    least = spread;
  }
  return nearest;
}

}  // namespace

Problem problem_of(const std::vector<FewShotSample>& samples, Index on_top) {
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
  for (const bool dead : {false, true}) p.views.push_back(view_of(samples, on_top, dead));
  if (p.views[0].devices.empty() && p.views[1].devices.empty()) {
    throw Error("no known platform spends any time on these graphs");
  }
  return p;
}

ArrayXd widths_of(const ArrayXd& mean_shares) {
  const double present = static_cast<double>((mean_shares > 0).count());
  const double floor = kClassFloor * mean_shares.sum() / present;
  return (mean_shares > 0).select(1 + floor / mean_shares.max(1e-300), 0);
}

std::vector<FewShotSample> without_outliers(const std::vector<FewShotSample>& samples,
                                            Index on_top) {
  if (samples.size() < kLeastForOutliers) return samples;
  const Problem p = problem_of(samples, on_top);
  std::vector<bool> keep(samples.size(), false);
  for (const View& view : p.views) {
    const ScaledDevice* nearest = nearest_in(view);
    if (nearest == nullptr) continue;
    const ArrayXd off = nearest->log_ratio.abs();
    const double limit = std::max(std::log(kOutlierFactor), kOutlierSpreads * median_of(off));
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

}  // namespace tacho::few_shot
