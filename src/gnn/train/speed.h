// How fast training is, measured against what the machine can do.
#pragma once

#include <cstddef>

#include "gnn/serve/checkpoint.h"
#include "gnn/train/worker_pool.h"

namespace tacho {

/// Floating-point operations of the matrix products of one row, forward and backward (which takes
/// twice as many); without the readout's MLP and the products with rates, which are per graph.
double training_flops_per_row(const ModelConfig& config, size_t num_features);

/// GFLOP/s of products of 512 × 512 matrices on all of the pool's threads; takes about 50 ms.
double measure_peak_gflops(WorkerPool* workers, int threads);

}  // namespace tacho
