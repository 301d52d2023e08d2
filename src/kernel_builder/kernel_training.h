// From measured kernels to a file of predictors, with figures on configurations not trained on.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kernel_builder/forest_trainer.h"
#include "kernel_builder/kernel_accuracy.h"
#include "kernel_builder/kernel_predictor_file.h"
#include "kernel_builder/kernel_table.h"

namespace tacho {

enum class TrainingMethod { kForest, kBoosting, kBest };

struct KernelTrainingOptions {
  TrainingMethod method = TrainingMethod::kBest;
  uint64_t seed = 1;        ///< of the split and of the trees
  double test = 0.2;        ///< share of the configurations
  double validation = 0.1;  ///< for early stopping and choices
  /// Train the result on all rows once its figures are taken. Otherwise the test rows stay unseen.
  bool on_all = true;
  bool own_forests = true;  ///< beside the shared one, for each platform with 200 rows or more
  DeviceTable devices;
  int threads = 1;
  int shared_members = 0;  ///< of the shared forest, which a platform's own one stands beside; 0:
                           ///< as many as trees.members
  TreeOptions trees;       ///< method, seed and threads are taken from above
  std::function<void(const std::string&)> notice;    ///< for the user; may be empty
  std::function<void(const std::string&)> progress;  ///< what is being done
};

/// Figures on the test rows for one kind of kernel, platform by platform.
struct KernelFigures {
  std::string predictor;
  std::string method;   ///< "forest", "boosting"
  bool chosen = false;  ///< the one that went into the file
  std::vector<KernelAccuracy> platforms;
};

struct TrainedKernelPredictor {
  KernelPredictorFile file;
  std::vector<KernelFigures> figures;
};

enum class KernelStage { kTrain, kValidation, kTest };
/// The same for a configuration on all platforms: a hash of seed and canonical text decides.
KernelStage kernel_stage(const KernelConfig& config, const Catalogue& catalogue, uint64_t seed,
                         double validation, double test);

/// Rows of the same configuration and platform are averaged; the split is by configuration. Trees
/// are grown on the training part, early stopping and the choice between methods, and of how much
/// of each platform's own forest to mix in, look at the validation part; then they are grown again
/// on both with as many trees, and the test part gives the figures.
/// Where all latencies of a kind on a platform are the same (of two rows or more), that latency is
/// the answer for every configuration, and the notice says so.
/// With too few rows to split (under 20 of a kind) all are trained on, without figures, and the
/// notice says so. Throws Error: no rows.
TrainedKernelPredictor train_kernel_predictor(const KernelTable& table, const Catalogue& catalogue,
                                              const KernelTrainingOptions& options);

}  // namespace tacho
