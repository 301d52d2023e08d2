#include "cli/backend_choice.h"

#include <vector>

#include "backends/registry.h"
#include "cli/arguments.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

// The platform's threads are part of its name ("cpu-xeon-1t-libtorch1.13-fp32"); a backend opened
// without options has as many as the machine.
std::string threads_option(const std::string& platform, const BackendKind& kind) {
  for (const BackendOption& option : kind.options) {
    if (std::string(option.name) != "threads") continue;
    for (const std::string& part : split(platform, '-')) {
      if (part.size() > 1 && part.back() == 't' &&
          part.find_first_not_of("0123456789") == part.size() - 1) {
        return "threads=" + part.substr(0, part.size() - 1);
      }
    }
  }
  return "";
}

// What the platform may be, as backends.
std::vector<std::string> candidates(const std::string& platform) {
  std::vector<std::string> specs;
  for (const BackendKind& kind : backend_kinds()) {
    const std::string threads = threads_option(platform, kind);
    std::vector<std::string> variants{""};
    variants.insert(variants.end(), kind.variants.begin(), kind.variants.end());
    for (const std::string& variant : variants) {
      const std::string options =
          threads + (threads.empty() || variant.empty() ? "" : ",") + variant;
      specs.push_back(kind.name + (options.empty() ? "" : ":" + options));
    }
  }
  return specs;
}

// What `open` makes of the first backend here that is the platform.
template <typename Open>
auto open_platform(const std::string& platform, Open open) {
  std::vector<std::string> known;
  for (const std::string& backend : candidates(platform)) {
    try {
      auto opened = open(backend);
      if (opened->platform() == platform) return opened;
      known.push_back(opened->platform());
    } catch (const Error&) {  // not available here, or not without options
    }
  }
  throw Error("no backend here is platform '" + platform + "'" + name_hint(platform, known) +
                  " (tacho backends lists them)",
              Fault::kUsage);
}

// "file=a.csv" goes on with the backend before it; "libtorch:threads=1" is another.
bool is_further_option(const std::string& part) {
  const size_t equals = part.find('=');
  return equals != std::string::npos && part.find(':') > equals;
}

}  // namespace

bool is_backend(const std::string& text) {
  const std::string name = backend_name(text);
  return name != text || name.find('-') == std::string::npos;
}

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
  if (backend.empty()) return open_platform(platform, open_backend);
  std::unique_ptr<Backend> opened = open_backend(backend);
  if (!platform.empty() && opened->platform() != platform) {
    throw Error("backend '" + backend + "' is platform '" + opened->platform() + "', not '" +
                    platform + "'",
                Fault::kUsage);
  }
  return opened;
}

void PlatformChoice::add_to(CLI::App& app) {
  add_list_option(app, "-p,--platform,--platforms,--backend", asked,
                  "Where: a backend with its options (libtorch:threads=1) or a platform that one "
                  "here is, several as A,B; see tacho backends");
}

std::vector<std::string> PlatformChoice::list() const {
  std::vector<std::string> platforms;
  for (const std::string& text : asked) {
    bool first = true;
    for (const std::string& part : split(text, ',')) {
      if (!first && is_further_option(part)) {
        platforms.back() += "," + part;
      } else if (!part.empty()) {
        platforms.push_back(part);
      }
      first = false;
    }
  }
  if (platforms.empty()) {
    throw Error("name a --platform or a --backend; tacho backends lists them", Fault::kUsage);
  }
  return platforms;
}

std::unique_ptr<WorkerPool> open_pool(const std::string& backend_or_platform,
                                      const WorkerLimits& limits) {
  const auto open = [&](const std::string& backend) {
    return std::make_unique<WorkerPool>(backend, limits);
  };
  if (is_backend(backend_or_platform)) return open(backend_or_platform);
  return open_platform(backend_or_platform, open);
}

std::unique_ptr<Backend> open_here(const std::string& backend_or_platform) {
  if (is_backend(backend_or_platform)) return open_backend(backend_or_platform);
  return open_platform(backend_or_platform, open_backend);
}

}  // namespace tacho
