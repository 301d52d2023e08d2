// Kernel predictors as a file (safetensors, see common/safetensors.h), read in years to come.
//
// __metadata__: format = "tachograph-kernels", format_version = "1" ("2" with a constant_ms),
// feature_version, and JSON in
//   predictors  list of {name, method, kernels, platforms, feature_names, own_weight,
//               forests: list of {key, platform ("" for the shared one), base, trees},
//               constant_ms: object of {platform: the latency of everything there}; optional}
//   devices     object of {device: {memory_gb, bandwidth_gb_s, …}}
//   training    what the trainer says: digest of the data, seed, split, figures
// Tensors of a forest with key K, float32 throughout (whole numbers below 2^24 are exact):
//   K.tree_nodes [trees]      nodes of each tree
//   K.feature    [nodes]      column of the split, -1 for a leaf
//   K.value      [nodes]      threshold (left if x < threshold), or the leaf's value
// The nodes of all trees in turn, each tree breadth first: its i-th split (from 0) has its children
// at places 2i + 1 and 2i + 2 of the tree, so that no indices are stored.
#pragma once

#include <string>

#include "kernel_builder/kernel_latency_model.h"

namespace tacho {

struct KernelPredictorFile {
  KernelLatencyModel model;
  std::string training = "{}";  ///< JSON object

  /// Throws Error naming the file: another format or version, another feature version, columns that
  /// this build does not compute, trees that are not trees.
  static KernelPredictorFile read(const std::string& path);
  /// Written aside and renamed.
  void write(const std::string& path) const;
};

}  // namespace tacho
