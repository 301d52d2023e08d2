#include "kernel_builder/linear_fit.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "common/nnls.h"

namespace tacho {
namespace {

constexpr double kScale = 0.1;                        // relative errors far above it count little
constexpr double kScales[] = {1, 0.5, 0.25, kScale};  // the way there
constexpr int kIterations = 15;                       // of reweighting at each scale
constexpr int kAlternations = 6;                      // of law and line in the two-range fit
constexpr size_t kMinBelow = 5, kMinAbove = 8;        // networks that each range needs
constexpr double kWorthwhile = 0.99;                  // of the error without a low range
constexpr double kMaxSlope = 0.999;

/// Coefficients x ≥ 0 of columns A so that A·x is near y.
Eigen::VectorXd fit_columns(const Eigen::MatrixXd& a, const Eigen::VectorXd& y,
                            LinearObjective objective) {
  if (objective == LinearObjective::kAbsolute) return fit_nnls(a, y);
  const Eigen::MatrixXd relative = a.array().colwise() / y.array();
  const Eigen::VectorXd ones = Eigen::VectorXd::Ones(y.size());
  Eigen::VectorXd x = fit_nnls(relative, ones);
  for (const double scale : kScales) {
    for (int i = 0; i < kIterations; ++i) {
      const Eigen::ArrayXd error = (relative * x - ones).array();
      const Eigen::ArrayXd root_weight = (1 + (error / scale).square()).rsqrt();
      x = fit_nnls(relative.array().colwise() * root_weight, root_weight);
    }
  }
  return x;
}

double robust_error(const std::vector<LinearSample>& samples, const LinearPlatform& platform,
                    LinearObjective objective) {
  double sum = 0;
  for (const LinearSample& s : samples) {
    const double error = platform.latency_ms(s.terms) - s.latency_ms;
    sum += objective == LinearObjective::kAbsolute
               ? error * error
               : std::log1p(std::pow(error / s.latency_ms / kScale, 2));
  }
  return sum / static_cast<double>(samples.size());
}

std::optional<LowRange> fit_low_range(const LinearLaw& law, const std::vector<LinearSample>& low,
                                      LinearObjective objective) {
  Eigen::MatrixXd columns(static_cast<Eigen::Index>(low.size()), 2);
  Eigen::VectorXd latencies(columns.rows());
  for (Eigen::Index i = 0; i < columns.rows(); ++i) {
    const LinearSample& s = low[static_cast<size_t>(i)];
    columns.row(i) << law(s.terms), 1;
    latencies[i] = s.latency_ms;
  }
  const Eigen::VectorXd line = fit_columns(columns, latencies, objective);
  if (line[0] > kMaxSlope || line[1] <= 0) return std::nullopt;  // they never meet the law
  return LowRange{line[0], line[1]};
}

/// The two ranges that follow from a first breakpoint; nullopt if there are none.
std::optional<LinearPlatform> fit_ranges(const std::vector<LinearSample>& samples, LinearLaw law,
                                         double breakpoint_ms, LinearObjective objective) {
  LinearPlatform platform;
  std::vector<bool> was_below;
  for (int i = 0; i < kAlternations; ++i) {
    std::vector<LinearSample> above, below;
    std::vector<bool> is_below;
    for (const LinearSample& s : samples) {
      is_below.push_back(law(s.terms) < breakpoint_ms);
      (is_below.back() ? below : above).push_back(s);
    }
    if (below.size() < kMinBelow || above.size() < kMinAbove) return std::nullopt;
    if (is_below == was_below) break;
    was_below = is_below;
    law = fit_law(above, objective);
    const std::optional<LowRange> low = fit_low_range(law, below, objective);
    if (!low) return std::nullopt;
    platform.law = law;
    platform.low = low;
    breakpoint_ms = low->breakpoint_ms();
  }
  return platform;
}

void search_low_range(const std::vector<LinearSample>& samples, LinearObjective objective,
                      LinearPlatform& platform) {
  std::vector<double> values;
  for (const LinearSample& s : samples) values.push_back(platform.law(s.terms));
  std::sort(values.begin(), values.end());
  const LinearLaw whole = platform.law;
  double best = kWorthwhile * robust_error(samples, platform, objective);
  for (int percent = 3; percent <= 75; percent += 3) {
    const double first = values[values.size() * static_cast<size_t>(percent) / 100];
    const std::optional<LinearPlatform> ranges = fit_ranges(samples, whole, first, objective);
    if (!ranges) continue;
    const double error = robust_error(samples, *ranges, objective);
    if (error >= best) continue;
    best = error;
    platform.law = ranges->law;
    platform.low = ranges->low;
  }
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  const double at = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(at);
  const size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
}

void describe(const std::vector<LinearSample>& samples, LinearPlatform& platform) {
  std::vector<double> ratios, errors;
  const auto n = static_cast<double>(samples.size());
  const LinearLaw& law = platform.law;
  for (const LinearSample& s : samples) {
    const double all = law(s.terms);
    if (all > 0) {
      platform.shares.acts += law.ms_per_act * s.terms.acts / all / n;
      platform.shares.inputs += law.ms_per_input * s.terms.inputs / all / n;
      platform.shares.flops += law.ms_per_flop * s.terms.flops / all / n;
      platform.shares.constant += law.constant_ms / all / n;
    }
    const double predicted = platform.latency_ms(s.terms);
    if (predicted > 0) ratios.push_back(s.latency_ms / predicted);
    errors.push_back(100 * std::abs(predicted / s.latency_ms - 1));
  }
  if (!ratios.empty()) {
    platform.band_low = quantile(ratios, 0.1);
    platform.band_high = quantile(ratios, 0.9);
  }
  platform.training_median_error = quantile(errors, 0.5);
  platform.rows = samples.size();
}

bool all_of_one_size(const std::vector<LinearSample>& samples) {
  const LinearTerms& first = samples.front().terms;
  return std::all_of(samples.begin(), samples.end(), [&](const LinearSample& s) {
    return s.terms.acts == first.acts && s.terms.inputs == first.inputs &&
           s.terms.flops == first.flops;
  });
}

}  // namespace

LinearLaw fit_law(const std::vector<LinearSample>& samples, LinearObjective objective) {
  Eigen::MatrixXd columns(static_cast<Eigen::Index>(samples.size()), 4);
  Eigen::VectorXd latencies(columns.rows());
  for (Eigen::Index i = 0; i < columns.rows(); ++i) {
    const LinearSample& s = samples[static_cast<size_t>(i)];
    columns.row(i) << s.terms.acts, s.terms.inputs, s.terms.flops, 1;
    latencies[i] = s.latency_ms;
  }
  const Eigen::VectorXd x = fit_columns(columns, latencies, objective);
  return {x[0], x[1], x[2], x[3]};
}

LinearPlatform fit_linear(const std::vector<LinearSample>& samples,
                          const LinearFitOptions& options) {
  if (samples.empty()) throw Error("no measurement to fit");
  for (const LinearSample& s : samples) {
    if (!(s.latency_ms > 0) || !std::isfinite(s.latency_ms)) {
      throw Error("latencies must be positive");
    }
  }
  if (samples.size() == 1) {
    throw Error("one measurement is no line; it needs networks of different sizes");
  }
  if (all_of_one_size(samples)) {
    throw Error("all " + std::to_string(samples.size()) +
                " measurements are of one size; it needs networks of different sizes");
  }
  LinearPlatform platform;
  platform.law = fit_law(samples, options.objective);
  if (options.two_range) search_low_range(samples, options.objective, platform);
  describe(samples, platform);
  return platform;
}

}  // namespace tacho
