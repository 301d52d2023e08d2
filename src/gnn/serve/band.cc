#include "gnn/serve/band.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <iterator>

namespace tacho {
namespace {

constexpr size_t kSamplesOfItsOwn = 20;
/// Errors that are all but zero would make scores without bound.
constexpr double kLeastTau = 1e-4;
constexpr double kMostLogError = 50;  ///< of a prediction that is zero
/// 95 % quantiles of Student's t with 1, 2, … degrees of freedom: the band has two sides.
constexpr double kStudent95[] = {6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860};

double usual_error(const std::vector<double>& log_errors) {
  return std::max(kLeastTau, quantile_of(log_errors, 0.5));
}

}  // namespace

bool Band::is_known() const { return std::isfinite(q); }

double Band::factor(double spread) const {
  return is_known() ? std::exp(q * (tau + spread)) : std::numeric_limits<double>::infinity();
}

double quantile_of(std::vector<double> values, double share) {
  assert(!values.empty());
  std::sort(values.begin(), values.end());
  const double position = share * static_cast<double>(values.size() - 1);
  const size_t below = static_cast<size_t>(position);
  const size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (position - static_cast<double>(below)) * (values[above] - values[below]);
}

double conformal_quantile(std::vector<double> values, double coverage) {
  assert(!values.empty());
  // 0.9 · 10 must not be rounded up to ten.
  const double rank = std::ceil(static_cast<double>(values.size() + 1) * coverage - 1e-9);
  const size_t at = std::min(values.size(), static_cast<size_t>(std::max(rank, 1.0))) - 1;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

std::vector<Band> conformal_bands(const std::vector<std::vector<BandSample>>& platforms) {
  std::vector<Band> bands(platforms.size());
  std::vector<std::vector<double>> scores(platforms.size());
  std::vector<double> all;
  for (size_t p = 0; p < platforms.size(); ++p) {
    if (platforms[p].empty()) continue;
    std::vector<double> errors;
    for (const BandSample& sample : platforms[p]) {
      errors.push_back(std::min(sample.log_error, kMostLogError));
    }
    bands[p].tau = usual_error(errors);
    for (size_t i = 0; i < errors.size(); ++i) {
      scores[p].push_back(errors[i] / (bands[p].tau + platforms[p][i].spread));
    }
    all.insert(all.end(), scores[p].begin(), scores[p].end());
  }
  for (size_t p = 0; p < platforms.size(); ++p) {
    if (scores[p].empty()) continue;
    bands[p].q = conformal_quantile(scores[p].size() < kSamplesOfItsOwn ? all : scores[p]);
  }
  return bands;
}

Band band_from_few(const std::vector<double>& log_errors, double least) {
  assert(!log_errors.empty());
  Band band;
  band.tau = usual_error(log_errors);
  const size_t n = log_errors.size();
  if (n > std::size(kStudent95)) {
    band.q = conformal_quantile(log_errors) / band.tau;
    return band;
  }
  double squares = 0;
  for (const double error : log_errors) squares += error * error;
  const double rms = std::sqrt(squares / static_cast<double>(n));
  band.q = kStudent95[n - 1] * std::max(rms, least) / band.tau;
  return band;
}

}  // namespace tacho
