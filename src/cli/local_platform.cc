#include "cli/local_platform.h"

#include "backends/registry.h"
#include "cli/backend_choice.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

/// "cpu-xeon-1t-libtorch1.13-fp32" names libtorch: a part of it begins so.
bool names_a_backend(const std::string& platform) {
  for (const std::string& part : split(platform, '-')) {
    for (const BackendKind& kind : backend_kinds()) {
      if (part.rfind(kind.name, 0) == 0) return true;
    }
  }
  return false;
}

}  // namespace

std::unique_ptr<Backend> open_local_platform(const std::string& platform) {
  if (!names_a_backend(platform)) return nullptr;
  try {
    return open_here(platform);
  } catch (const Error&) {
    return nullptr;
  }
}

}  // namespace tacho
