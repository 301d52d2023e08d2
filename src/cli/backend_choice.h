// --backend and --platform: which device a verb measures on.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/worker/worker_pool.h"

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

/// For verbs that measure in workers, on one platform or several.
struct PlatformChoice {
  std::vector<std::string> asked;  ///< backends with their options, or platforms

  /// Adds -p/--platform, which takes a list A,B and may be given several times, and --backend,
  /// which is the same.
  void add_to(CLI::App& app);
  /// Each backend or platform of the lists, in their order. A comma that begins another option of a
  /// backend ("replay:file=a.csv,platform=b") does not part them. Throws Error (usage) if none is
  /// named.
  std::vector<std::string> list() const;
};

/// Whether `text` is meant as a backend: a platform's name has dashes, a backend's has none or has
/// options behind it.
bool is_backend(const std::string& text);

/// Workers for "libtorch:threads=1", or for a platform that a backend here is. Throws Error (usage)
/// for a name that is neither, with the nearest; Error saying why the backend is not available.
std::unique_ptr<WorkerPool> open_pool(const std::string& backend_or_platform,
                                      const WorkerLimits& limits);
/// Workers for a platform, if a backend here is it; null if not, with a notice where one should be
/// but cannot be opened. Opens nothing, and says nothing, if no backend's name is in the platform's
/// or if it is of another device.
std::unique_ptr<WorkerPool> open_local_pool(const std::string& platform,
                                            const WorkerLimits& limits = {});
/// What open_pool() opens, in this process.
std::unique_ptr<Backend> open_here(const std::string& backend_or_platform);

}  // namespace tacho
