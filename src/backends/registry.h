// All backends that there are, by name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/spec.h"

namespace tacho {

struct BackendKind {
  const char* name;
  const char* summary;
  std::vector<BackendOption> options;
  /// Throws Error saying why it is not available here.
  std::unique_ptr<Backend> (*open)(const BackendSpec& spec);
  /// Options that make other platforms of it: "type=int8".
  std::vector<const char*> variants = {};
};

/// In the order in which `tacho backends` lists them.
const std::vector<BackendKind>& backend_kinds();

/// Opens what `text` names: "libtorch:threads=1" (see spec.h). Throws Error (usage) for a backend
/// or an option that does not exist, with the nearest name; Error for one that is not available.
std::unique_ptr<Backend> open_backend(const std::string& text);

}  // namespace tacho
