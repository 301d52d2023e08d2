// What the trees of the kernel predictors see of one kernel on one device.
//
// A row is, in this order:
//   log2.<p>        every parameter of the kernel type (0 counts as 1)
//   log2.<cost>     FLOPs, bytes read and written, weights' bytes, FLOPs per byte
//   the block of the kernel's kind, below
//   log2.roofline, log2.device.<fact>  (only with device facts)
//
// Of a user's kernel that declares features (KernelType::features) log2.<feature> of those alone.
//
// Kinds and their blocks. `waves` is blocks / multiprocessors, `eff` waves / ceil(waves), `fill`
// the share of the tiles' area that is needed, `time` the tiles' serial time by the
// multiprocessors' peak rate, relative to the roofline time. All but eff, fill and align are binary
// logarithms.
//   product   (fc, matmul, attention) m, n, k, batch; for tiles of 256×128 … 32×32 elements of the
//             result: waves, eff, fill, time; how well m, n and k fill 4, 8, 32, 64, 128
//   window    (convolutions) the same of the implicit GEMM; Winograd with 2×2 and 4×4 outputs; FFT
//             with tiles of 6, 14 and 30: fill, waves, eff, time with the transforms' traffic
//   plain     (everything else) rows and columns; fill of powers of two; waves over elements and
//             rows
// Everything is counted in float32, so the same row serves any platform: on one without facts the
// nominal device stands in, and the trees learn the rest.
#pragma once

#include <string>
#include <vector>

#include "kernel_builder/catalogue.h"
#include "kernel_builder/device_facts.h"

namespace tacho {

/// Raised when a column changes its meaning. Files of another version do not load.
constexpr int kKernelFeatureVersion = 1;

struct KernelFeatures {
  std::vector<float> values;
  /// FLOPs / peak + bytes / bandwidth + 0.02 ms for the launch: what predictions are relative to.
  double roofline_ms = 0;
};

/// The columns of the rows of this type. Types that share a predictor have the same.
std::vector<std::string> kernel_feature_names(const KernelType& type);
KernelFeatures kernel_features(const KernelType& type, const KernelConfig& config,
                               const DeviceFacts& device);
/// Reuses `features`' memory.
void kernel_features(const KernelType& type, const KernelConfig& config, const DeviceFacts& device,
                     KernelFeatures& features);

}  // namespace tacho
