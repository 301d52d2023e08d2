#include "cli/backend_choice.h"

#include <vector>

#include "backends/registry.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

// The platform's threads are part of its name ("cpu-xeon-1t-libtorch1.13-fp32"); a backend opened
// without options has as many as the machine.
std::string with_threads_of(const std::string& platform, const BackendKind& kind) {
  for (const BackendOption& option : kind.options) {
    if (std::string(option.name) != "threads") continue;
    for (const std::string& part : split(platform, '-')) {
      if (part.size() > 1 && part.back() == 't' &&
          part.find_first_not_of("0123456789") == part.size() - 1) {
        return std::string(kind.name) + ":threads=" + part.substr(0, part.size() - 1);
      }
    }
  }
  return kind.name;
}

std::unique_ptr<Backend> open_platform(const std::string& platform) {
  std::vector<std::string> known;
  for (const BackendKind& kind : backend_kinds()) {
    try {
      std::unique_ptr<Backend> backend = open_backend(with_threads_of(platform, kind));
      if (backend->platform() == platform) return backend;
      known.push_back(backend->platform());
    } catch (const Error&) {  // not available here, or not without options
    }
  }
  throw Error("no backend here is platform '" + platform + "'" + name_hint(platform, known) +
                  " (tacho backends lists them)",
              Fault::kUsage);
}

}  // namespace

void BackendChoice::add_to(CLI::App& app, bool platform_too) {
  app.add_option("--backend", backend,
                 "What runs models, with its options: libtorch:threads=1; see tacho backends");
  if (platform_too) {
    app.add_option("-p,--platform", platform, "Instead: the platform that a backend here is");
  }
}

std::unique_ptr<Backend> BackendChoice::open() const {
  if (backend.empty() && platform.empty()) {
    throw Error("name a --backend or a --platform; tacho backends lists them", Fault::kUsage);
  }
  if (backend.empty()) return open_platform(platform);
  std::unique_ptr<Backend> opened = open_backend(backend);
  if (!platform.empty() && opened->platform() != platform) {
    throw Error("backend '" + backend + "' is platform '" + opened->platform() + "', not '" +
                    platform + "'",
                Fault::kUsage);
  }
  return opened;
}

}  // namespace tacho
