// Models and a checkpoint small enough that predictions can be computed by hand.
#pragma once

#include <string>

#include "cli/run_tacho.h"

namespace tacho::testing {

/// Two kernels after fusion. At batch 1: conv-relu reads 1×3×8×8 floats (768 bytes) and writes
/// 1×4×8×8 (1024 bytes), 768 MACs, 12 weights; global-avgpool reads 1024 bytes and writes 16.
std::string small_model();
/// One Sqrt over N×4, N symbolic.
std::string symbolic_model();
/// An operator of another domain between two that we know; with its output declared, if `declared`.
std::string unknown_operator_model(bool declared);
/// Two nodes that read each other.
std::string cyclic_model();

/// What the checkpoint's platforms cost: 2 ms per kernel on "cpu-launches", 1 ms per MB of
/// activations moved on "gpu-bytes"; bands 0.5 to 2 and 0.8 to 1.25 of the prediction; measured at
/// batch 1, and 1 to 8. Training saw kernels of all families but softmax.
void write_checkpoint_file(const TempFolder& folder, const std::string& name);

/// A folder with model.onnx and checkpoint.safetensors.
void write_small_project(const TempFolder& folder);

}  // namespace tacho::testing
