// Whether a platform is one of this machine's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backends/backend.h"

namespace tacho {

/// The backend that is `platform`; null if none here is. Opens only those that the name may be of:
/// a runtime takes half a second to load.
std::unique_ptr<Backend> open_local_platform(const std::string& platform);

}  // namespace tacho
