// What a few-shot fit is made of: the samples as shares, device by device.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "gnn/serve/few_shot.h"

namespace tacho::few_shot {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Constants chosen on platforms left out of the checkpoint and on NAS-Bench-201 and FBNet devices
// that it never saw: docs/architecture.md.
constexpr double kNoiseVariances[] = {3e-4, 1.5e-3, 6e-3, 2.5e-2, 0.1};  ///< relative
/// Of the factor of what comes on top of a device, around 0; 1 would explain a sample alone.
constexpr double kExtraWidth = 0.3;

/// A device's costs on all samples, relative to what was measured and scaled by the factor that
/// makes it right for the median sample: rows that sum to about 1.
struct ScaledDevice {
  Index device = 0;
  double scale = 1;
  MatrixXd shares;    ///< samples × classes
  ArrayXd log_ratio;  ///< per sample: log of measured / scaled sum
};

/// A device that comes on top of others (KnownDevices), scaled so that it would explain the median
/// one of the samples on which it spends something.
struct Extra {
  Index device = 0;
  double scale = 1;
  VectorXd shares;  ///< per sample
};

/// All devices, taken to run dead kernels or not.
struct View {
  bool dead = false;
  std::vector<ScaledDevice> devices;
  std::vector<Extra> extras;
};

struct Problem {
  VectorXd latency_ms;
  Index devices = 0;
  Index classes = 0;
  bool any_dead = false;  ///< else the two views cannot be told apart
  std::vector<View> views;
};

/// Samples of the same shape; `on_top` as in KnownDevices. Throws Error if no device spends any
/// time on them.
Problem problem_of(const std::vector<FewShotSample>& samples, Index on_top);

/// By how many times the mean class's floor widens the prior of each class; 0: not in the samples.
ArrayXd widths_of(const ArrayXd& mean_shares);

/// The samples that are not grossly off the nearest device, whether it runs dead kernels or not: a
/// timer that failed, a network that a compiler reduced to a constant. Where many are off, that is
/// what the platform is like, and all are kept.
std::vector<FewShotSample> without_outliers(const std::vector<FewShotSample>& samples,
                                            Index on_top);

}  // namespace tacho::few_shot
