// The serving tier: a checkpoint mapped from disk, evaluated in Eigen. No LibTorch.
#pragma once

#include <memory>
#include <string>

#include "common/predictor.h"

namespace tacho {

/// Throws Error naming the file and the mend: not a safetensors file, another format or feature
/// version, a tensor that is missing, truncated or of another shape.
std::unique_ptr<Predictor> load_gnn_predictor(const std::string& path);

}  // namespace tacho
