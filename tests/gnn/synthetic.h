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
  double dead_share = 0;       ///< of kernels that are not live
  int folding_platform = -1;   ///< the one that does not run those
  double scale = 1;            ///< of all latencies
  uint64_t platform_seed = 0;  ///< of the platforms' rates; 0: `seed`
  bool distracting_features =
      true;  ///< else all but the two that matter are zero: few graphs suffice
};

/// A chain of kernels with a few extra forward edges; as many features and base costs as the tables
/// have.
GraphFeatures random_graph(int kernels, uint64_t seed);

/// The graph `times` over, one behind the other: as repeated as networks are.
GraphFeatures repeated_graph(const GraphFeatures& block, int times);

/// Sets the column `live`. In random graphs every kernel is.
void set_live(GraphFeatures* graph, int kernel, bool live);

/// Each kernel costs Σ over base costs of the platform's rate · cost · (a factor between 0.5 and 2
/// that its first feature and its first predecessor's second feature decide). Platforms differ by
/// factors of 100.
Dataset synthetic_dataset(const SyntheticOptions& options);

}  // namespace tacho::testing
