// LibTorch on this machine's processor, loaded as a plugin: nothing here includes LibTorch.
#pragma once

#include <memory>

#include "backends/backend.h"
#include "backends/spec.h"

namespace tacho {

/// Options: threads (default: the processors this process may use), type (fp32, bf16). Sets
/// OpenBLAS's environment, where the user has not, before it is loaded.
std::unique_ptr<Backend> open_libtorch_backend(const BackendSpec& spec);

}  // namespace tacho
