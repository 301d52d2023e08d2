// Platforms that a checkpoint knows by a few measurements only: mixes of what its trained platforms
// spend per class of kernels (few_shot.h).
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "gnn/serve/gnn_model.h"

namespace tacho {

class AdaptedPlatforms {
 public:
  AdaptedPlatforms() = default;
  /// Those of the model's checkpoint. Throws Error if it was written with other classes of kernels.
  explicit AdaptedPlatforms(const GnnModel& model);

  /// Milliseconds of each kernel on adapted platform `p`; their sum is the graph's latency.
  Eigen::VectorXd kernel_ms(const GraphFeatures& graph, const GraphComponents& components,
                            size_t p) const;

 private:
  struct Rates {
    Eigen::MatrixXd components;  ///< (2 · classes) × components: ms per unit
    Eigen::MatrixXd counted;     ///< (2 · classes) × counted devices
  };
  size_t feature_width_ = 0;
  size_t cost_width_ = 0;
  std::vector<Rates> rates_;
};

/// Writes `base` with one adapted platform more to `path`, whole or not at all; one of that name
/// that is there is replaced. mix: devices × (2 · classes). Throws Error for a mix that float
/// cannot hold or that is zero; (usage) for the name of a trained platform or the pooled readout.
void write_adapted(const std::string& path, const Checkpoint& base, const AdaptedPlatform& platform,
                   const Eigen::MatrixXd& mix);

/// Throws Error (usage) unless a platform of this name can be adapted.
void check_adaptable(const Checkpoint& base, const std::string& name);

}  // namespace tacho
