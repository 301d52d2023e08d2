// How far a prediction may be off: bands that hold the truth nine times in ten, by split-conformal
// prediction. Wider where the members of an ensemble disagree.
#pragma once

#include <limits>
#include <vector>

namespace tacho {

constexpr double kBandCoverage = 0.9;

/// The truth lies within a factor exp(±q·(tau + spread)) of the prediction, spread as spread_of()
/// gives it. Until that is known, anywhere.
struct Band {
  double tau = 0;  ///< the platform's usual error: median of |log(measured / predicted)|
  double q = std::numeric_limits<double>::infinity();

  bool is_known() const;
  /// ≥ 1, infinite if it is not known.
  double factor(double spread = 0) const;
};

/// One prediction with its truth.
struct BandSample {
  double log_error = 0;  ///< |log(measured / predicted)|
  double spread = 0;
};

/// The least value that the next one stays below with that probability, if values come from one
/// distribution: the ⌈(n + 1)·coverage⌉-th smallest, the greatest where that is past the end.
/// At least one value.
double conformal_quantile(std::vector<double> values, double coverage = kBandCoverage);

/// One band per platform, from what each was validated on. One with fewer than 20 samples takes the
/// quantile of all platforms' samples, each in units of its own platform's error; one without any
/// gets none.
std::vector<Band> conformal_bands(const std::vector<std::vector<BandSample>>& platforms);

/// From the errors of a few samples that were left out, one or more; below nine, where no quantile
/// can promise that much, as if they were normal (Student's t) and no smaller than `least`.
Band band_from_few(const std::vector<double>& log_errors, double least = 0);

/// The value that so large a share of the values stays below: linear interpolation between the
/// sorted. At least one value.
double quantile_of(std::vector<double> values, double share);

}  // namespace tacho
