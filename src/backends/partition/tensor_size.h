// Whether a tensor that goes from one runtime to another is as large as its graph says.
#pragma once

#include <cstdint>
#include <string>

#include "backends/backend.h"

namespace tacho {

/// Throws Error naming the value if there are not the values that its shape promises: whoever is
/// fed with them would read or write past the end.
void check_size(const HostTensor& tensor, int64_t elements, const std::string& name);

}  // namespace tacho
