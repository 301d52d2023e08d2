// What a training run is asked to do: a JSON file with strict keys.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataset/split.h"
#include "gnn/serve/checkpoint.h"

namespace tacho {

struct TrainConfig {
  std::vector<std::string>
      data;            ///< HDF5 data sets, merged; platforms of one name are one platform
  std::string output;  ///< the checkpoint; "<output>.state" holds an unfinished run
  ModelConfig model;   ///< keys readout, width, layers, components, bound

  int epochs = 60;
  int batch_kernels = 4096;  ///< graphs are packed into a batch until it has so many kernels;
                             ///< equal ones count once
  double learning_rate = 3e-3;
  double theta_learning_rate = 1e-2;  ///< of the platforms' rates
  double warmup = 0.15;               ///< share of the run in which the rate rises
  double weight_decay = 1e-2;         ///< not on theta, biases and norms
  double dropout = 0.0;
  double clip_norm = 1.0;       ///< of the gradient of all weights together
  double loss_beta = 0.05;      ///< smooth L1 in log space: quadratic below, linear above
  double ema = 0.999;           ///< decay of the averaged weights that are validated and kept
  double platform_power = 0.5;  ///< a label weighs (its platform's number of labels)^-power
  int patience = 15;            ///< epochs without a better validation error; 0: never stop early
  bool kernel_features = true;  ///< use the columns of the data sets' feature source, if any
  bool train_on_all = false;    ///< also on validation and test data, for exactly `epochs` epochs

  /// A checkpoint of the same configuration whose error bands and figures to carry over: what is
  /// trained on everything has no unseen models left to find its own. Empty: bands from training
  /// data, too narrow.
  std::string bands_from;

  /// A checkpoint of the same sizes and feature version whose weights and feature scaling training
  /// starts from; of an ensemble, its first member. Empty: from random weights.
  std::string start_from;
  bool freeze_body = false;  ///< key freeze, "none" or "body": only the platforms' rates learn

  uint64_t seed = 1;
  uint64_t split_seed = 1;
  SplitFractions fractions{0.05, 0.10};  ///< keys validation, test
  /// These families, or this one of so many folds of families, are the test instead of a share of
  /// models: see SplitRule. Folds are numbered from 0.
  std::vector<std::string> leave_families;
  int folds = 0;
  int fold = 0;

  std::vector<std::string> platforms;        ///< names or patterns: only these; empty: all
  std::vector<std::string> leave_platforms;  ///< names or patterns: not these
  int min_labels = 1;  ///< a platform with fewer labels to train on is refused; 0: none is

  int threads = 0;  ///< 0: one per core
};

/// Throws Error (usage) naming the file and the key: not JSON, an unknown key (with the nearest
/// known one), a value of another type or out of range. `overrides` are "key=value" and win over
/// the file.
TrainConfig read_train_config(const std::string& path,
                              const std::vector<std::string>& overrides = {});
/// The same from JSON text; `name` is what errors call it.
TrainConfig parse_train_config(const std::string& text, const std::string& name,
                               const std::vector<std::string>& overrides = {});

/// The keys that say how models are parted.
SplitRule split_rule_of(const TrainConfig& config);

/// Everything that decides the result, as JSON: paths, output and threads are left out.
std::string config_fingerprint(const TrainConfig& config);

}  // namespace tacho
