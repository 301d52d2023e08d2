// Runtimes that are loaded when they are asked for: tacho-backend-<name>.so beside the program, or
// in
// ../lib/tachograph of an installation, or in $TACHO_PLUGINS. A plugin is built from the same
// sources as the program; it passes C++ objects, so the two must agree on their layout, which `abi`
// checks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "backends/backend.h"
#include "backends/spec.h"

namespace tacho {

/// What a plugin's only exported function returns.
struct BackendPlugin {
  uint64_t abi = 0;     ///< plugin_abi() as the plugin was compiled
  const char* version;  ///< of Tachograph, "0.1.0"
  /// Throws Error.
  std::unique_ptr<Backend> (*open)(const BackendSpec& spec);
};

/// Changes with the layout of what is passed, and by hand (the first number) with its meaning.
constexpr uint64_t plugin_abi() {
  uint64_t abi = 4;
  for (const uint64_t size :
       {sizeof(Node), sizeof(Value), sizeof(Graph), sizeof(Attribute), sizeof(HostTensor),
        sizeof(BackendSpec), static_cast<size_t>(Op::kCount)}) {
    abi = abi * 1000003 + size;
  }
  return abi;
}

constexpr const char* kPluginEntry = "tacho_backend_plugin";
using PluginEntry = const BackendPlugin* (*)();

/// Loads the plugin (once; it is never unloaded) and opens its backend. Throws Error: not there,
/// with the folders looked at; cannot be loaded; of another version.
std::unique_ptr<Backend> open_plugin_backend(const BackendSpec& spec);

}  // namespace tacho
