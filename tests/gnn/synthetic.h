// Random graphs with latencies that follow a law a GNN can learn.
#pragma once

#include <cstdint>

#include "dataset/dataset.h"

namespace tacho::testing {

struct SyntheticOptions {
  int samples = 60;
  int platforms = 3;
  int min_kernels = 2;
  int max_kernels = 30;
  uint64_t seed = 1;
  bool distracting_features =
      true;  ///< else all but the two that matter are zero: few graphs suffice
};

/// A chain of kernels with a few extra forward edges; as many features and base costs as the tables
/// have.
GraphFeatures random_graph(int kernels, uint64_t seed);

/// Each kernel costs Σ over base costs of the platform's rate · cost · (a factor between 0.5 and 2
/// that its first feature and its first predecessor's second feature decide). Platforms differ by
/// factors of 100.
Dataset synthetic_dataset(const SyntheticOptions& options);

}  // namespace tacho::testing
