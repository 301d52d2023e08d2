// A new platform from a handful of measurements: the known devices' costs per class of kernels, in
// the proportions that explain what was measured. The maths is in docs/architecture.md.
#pragma once

#include <Eigen/Core>
#include <vector>

namespace tacho {

/// One measurement, and what the known devices would spend on the same graph at the same batch
/// size.
struct FewShotSample {
  /// devices × (2 · classes), ≥ 0, each device in a unit of its own: what it spends in kernels of
  /// each class that are live, then in those that are dead (see kernel_class.h).
  Eigen::MatrixXd totals;
  double latency_ms = 0;  ///< > 0
};

/// What is known of the devices besides their totals.
struct KnownDevices {
  Eigen::VectorXd runs_dead;  ///< of each, 1 or 0, and 0.5 where that cannot be said
  /// So many, the last ones, cost what many graphs have nothing of: they explain no platform alone
  /// but come on top of another, with one factor for all classes.
  Eigen::Index on_top = 0;
};

struct FewShotFit {
  /// devices × (2 · classes), ≥ 0: latency_ms = Σ mix ∘ totals.
  Eigen::MatrixXd mix;
  double runs_dead = 0;  ///< the probability that the platform runs dead kernels
  double noise = 0;      ///< relative standard deviation of a measurement around the sum
  /// It takes several devices at once, not an average of them one at a time.
  bool combined = false;
  size_t outliers = 0;  ///< samples left out of it, grossly off all known devices
};

/// Whether something of the graph is live. Where nothing is, its latency is that of launching or of
/// folding it, and says nothing of what kernels cost.
bool has_live(const FewShotSample& sample);

/// At least one sample; all of the same shape. Samples without anything live are left out if others
/// remain, and then devices that spend nothing on some sample. The same samples give the same fit.
/// Throws Error if no device is left.
FewShotFit fit_few_shot(const std::vector<FewShotSample>& samples, const KnownDevices& devices);

/// Predicted / measured of each sample, from a fit to the samples outside its fold; `fold_of` each,
/// from 0, two folds or more and none of them empty.
std::vector<double> left_out_ratios(const std::vector<FewShotSample>& samples,
                                    const KnownDevices& devices,
                                    const std::vector<size_t>& fold_of);

/// Mean over the samples of the share of the fit's sum that each device brings in; they add up
/// to 1.
Eigen::VectorXd device_shares(const FewShotFit& fit, const std::vector<FewShotSample>& samples);

}  // namespace tacho
