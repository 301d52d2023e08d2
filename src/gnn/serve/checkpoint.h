// A trained model as a file: configuration, platforms, normalisation and weights, mapped from disk.
// The layout is documented in docs/architecture.md.
#pragma once

#include <Eigen/Core>
#include <string>
#include <utility>
#include <vector>

#include "common/predictor.h"
#include "common/safetensors.h"
#include "gnn/serve/band.h"
#include "graph_ir/features.h"

namespace tacho {

enum class Readout { kSum, kPooled };
std::string_view readout_name(Readout readout);  ///< "sum", "pooled"
/// Throws Error (usage) for another name.
Readout readout_from_name(const std::string& name);

/// What fixes the shapes of the weights, besides the widths of the feature and base cost tables.
struct ModelConfig {
  Readout readout = Readout::kSum;
  int width = 96;
  int layers = 2;
  int components = 48;  ///< of the sum; the pooled readout has none
  double bound = 3.0;   ///< a component corrects its base cost by at most exp(±bound)
  int members = 1;      ///< networks in the checkpoint, whose mean is the answer
};

/// A platform that was added from a few measurements: tacho finetune.
struct AdaptedPlatform {
  std::string name;
  Band band;  ///< of constant width: it is for a spread of 0
  BatchRange measured;
  std::string fit = "{}";  ///< JSON: number of samples, noise, nearest platforms, figures
};

/// Sizes of the networks that a platform was measured with, in GFLOP per item of the batch; 0 to 0
/// if that is not recorded.
struct WorkRange {
  double low = 0;
  double high = 0;

  /// False only if a network is known to be more than twice as large, or less than half as large,
  /// as any that was measured: what a platform takes for 32 × 32 pixels says little of 224 × 224.
  bool may_hold(double gflops) const {
    return high == 0 || (low / 2 <= gflops && gflops <= 2 * high);
  }
};

struct CheckpointInfo {
  ModelConfig config;
  std::vector<std::string> platforms;
  std::vector<Band> bands;           ///< one per platform
  std::vector<BatchRange> measured;  ///< one per platform: batch sizes of its training labels
  std::vector<WorkRange> work;       ///< one per platform: of its training labels' networks
  FeatureSchema schema;              ///< columns it was trained on
  std::string training = "{}";       ///< JSON: data digest, split, seed, epochs, figures
  /// Of an ensemble: what 99 % of the spreads of the graphs that the bands come from (means over
  /// platforms) stay below; 0: not known.
  double usual_spread = 0;
  std::vector<AdaptedPlatform> adapted;      ///< only with the sum readout
  std::vector<std::string> adapted_classes;  ///< kernel_classes() when the first was adapted
  std::vector<std::string> adapted_counted;  ///< counted_devices() then
};

/// Every tensor of such a model with its shape, in file order.
std::vector<std::pair<std::string, TensorShape>> tensor_shapes(const CheckpointInfo& info);

/// The sum readout's tensor that says of each platform whether it runs kernels that are not live
/// (1) or folds them away (0).
constexpr const char* kRunsDead = "platform.runs_dead";

/// The tensor of adapted platforms, there if there are any: adapted × (platforms + counted
/// devices) × (2 · classes), ≥ 0.
constexpr const char* kAdaptedMix = "adapted.mix";

/// Whether an ensemble has this tensor of a network once for all members: the scaling of the
/// features, and kRunsDead.
bool is_shared_tensor(const std::string& name);
/// What a network's tensor is called in the file: "member.<i>.<name>" where there are several
/// members and they do not share it.
std::string member_tensor(const ModelConfig& config, int member, const std::string& name);
/// What a checkpoint of one network of `info` says of itself: one member, no adapted platforms.
CheckpointInfo without_ensemble(CheckpointInfo info);

/// Layers of the pooled readout's MLP.
constexpr int kHeadLayers = 3;

class Checkpoint {
 public:
  /// Throws Error naming the file: not a checkpoint of ours, another format version, a tensor that
  /// is missing or of another shape, metadata that does not fit together. Any feature version
  /// loads.
  explicit Checkpoint(const std::string& path);

  using Matrix =
      Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
  using Row = Eigen::Map<const Eigen::RowVectorXf>;

  const std::string& path() const { return file_.path(); }
  const CheckpointInfo& info() const { return info_; }
  /// The name must be in tensor_shapes(info()).
  Matrix matrix(const std::string& name) const;
  Row row(const std::string& name) const;
  /// A copy of any of them.
  TensorData tensor(const std::string& name) const;

 private:
  SafetensorsFile file_;
  CheckpointInfo info_;
};

/// `tensors` must be those of tensor_shapes(info). Throws Error if the file cannot be written.
void write_checkpoint(const std::string& path, const CheckpointInfo& info,
                      const std::vector<TensorData>& tensors);

}  // namespace tacho
