// --backend and --platform: which device a verb measures on.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "backends/backend.h"

namespace tacho {

struct BackendChoice {
  std::string backend;   ///< "libtorch:threads=1"
  std::string platform;  ///< "cpu-xeon-1t-libtorch1.13-fp32"

  /// Adds both options; `platform_too` false: --backend alone, for verbs whose --platform is
  /// something else.
  void add_to(CLI::App& app, bool platform_too = true);
  /// Opens the backend named. With a platform alone, the first available backend that is that
  /// platform. Throws Error (usage) if neither is named or if the backend is another platform,
  /// naming what there is.
  std::unique_ptr<Backend> open() const;
};

}  // namespace tacho
