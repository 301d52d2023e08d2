// Training that starts from a checkpoint: what must agree, and where platforms start that the
// checkpoint does not know.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "gnn/train/training_set.h"

namespace tacho {

/// Where a platform of the data starts: at one of the checkpoint's, made slower by a factor.
struct PlatformStart {
  size_t nearest = 0;     ///< index into the checkpoint's platforms
  double log_factor = 0;  ///< 0 for a platform that the checkpoint knows
  float runs_dead = 1;
};

/// Throws Error naming the file: not a checkpoint, or of another feature version, other columns,
/// readout, width, number of layers or components than the configuration and the data have.
std::shared_ptr<const Checkpoint> load_start(const TrainConfig& config,
                                             const FeatureSchema& schema);

FeatureScaling feature_scaling(const Checkpoint& checkpoint);

/// One per platform of the data. The nearest of the checkpoint's platforms is the one whose
/// predictions, times the median of label / prediction, fit the training labels best; both views of
/// multiplications by zero are tried where it matters. A platform without training labels starts as
/// the first. One line per platform that is new goes to `log`.
std::vector<PlatformStart> platform_starts(const std::shared_ptr<const Checkpoint>& checkpoint,
                                           const TrainingSet& set, std::ostream& log);

}  // namespace tacho
