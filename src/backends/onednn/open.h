// oneDNN on this machine's processor, loaded as a plugin: nothing here includes oneDNN.
#pragma once

#include <memory>

#include "backends/backend.h"
#include "backends/spec.h"

namespace tacho {

/// Options: threads (default: the processors this process may use), type (fp32, bf16, int8).
std::unique_ptr<Backend> open_onednn_backend(const BackendSpec& spec);

}  // namespace tacho
