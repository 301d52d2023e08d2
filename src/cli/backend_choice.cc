#include "cli/backend_choice.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "backends/cpu_name.h"
#include "backends/partition/joint_name.h"
#include "backends/registry.h"
#include "cli/arguments.h"
#include "cli/output.h"
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

struct Candidate {
  std::string spec;
  bool likely = false;  ///< the platform's name speaks of its device, its runtime and its type
};

bool has_part(const std::string& platform, const std::function<bool(const std::string&)>& wanted) {
  const std::vector<std::string> parts = split(platform, '-');
  return std::any_of(parts.begin(), parts.end(), wanted);
}

// "cpu-xeon-1t-libtorch1.13-fp32" names libtorch: a part of it begins so.
bool names(const std::string& platform, const BackendKind& kind) {
  return has_part(platform, [&](const std::string& part) { return part.rfind(kind.name, 0) == 0; });
}

bool names_one(const std::string& platform) {
  const std::vector<BackendKind>& kinds = backend_kinds();
  return std::any_of(kinds.begin(), kinds.end(),
                     [&](const BackendKind& kind) { return names(platform, kind); });
}

// "cpu-xeon-…" on a Xeon: its second part is this processor, or invented by the backend it names.
bool names_this_device(const std::string& platform) {
  const std::vector<std::string> parts = split(platform, '-');
  return parts.size() > 1 && parts[0] == "cpu" &&
         (parts[1] == short_cpu_name(cpu_model()) || names_one(parts[1]));
}

std::vector<Candidate> candidates(const std::string& platform);

// Two runtimes that share the work: each is its own half of the name.
std::vector<Candidate> joint_candidates(const std::string& first, const std::string& rest) {
  std::vector<Candidate> all;
  for (const Candidate& of : candidates(first)) {
    for (const Candidate& other : candidates(rest)) {
      if (!of.likely || !other.likely) continue;
      all.push_back({"partition:of=" + of.spec + ",rest=" + other.spec, true});
    }
  }
  return all;
}

// What the platform may be, as backends, the likely ones first: of the runtime that its name speaks
// of, if it does of one.
std::vector<Candidate> candidates(const std::string& platform) {
  const auto [first, rest] = parted_name(platform);
  if (!rest.empty()) return joint_candidates(first, rest);
  std::vector<Candidate> all;
  const bool named = names_one(platform), here = names_this_device(platform);
  for (const BackendKind& kind : backend_kinds()) {
    if (named && !names(platform, kind)) continue;
    const std::string threads = threads_option(platform, kind);
    std::vector<std::string> variants{""};
    variants.insert(variants.end(), kind.variants.begin(), kind.variants.end());
    bool varied = false;
    for (auto variant = variants.rbegin(); variant != variants.rend(); ++variant) {
      const std::string value = variant->substr(variant->find('=') + 1);
      const bool fits =
          variant->empty()
              ? !varied
              : has_part(platform, [&](const std::string& part) { return part == value; });
      varied = varied || fits;
      const std::string options =
          threads + (threads.empty() || variant->empty() ? "" : ",") + *variant;
      all.push_back({kind.name + (options.empty() ? "" : ":" + options), fits && named && here});
    }
  }
  std::stable_partition(all.begin(), all.end(), [](const Candidate& c) { return c.likely; });
  return all;
}

// What `open` makes of the first backend here that is the platform. Throws Error: of those that
// should have been, why they cannot be opened; else (usage) the nearest name.
template <typename Open>
auto open_platform(const std::string& platform, Open open) {
  std::vector<std::string> known, problems;
  for (const Candidate& candidate : candidates(platform)) {
    try {
      auto opened = open(candidate.spec);
      if (opened->platform() == platform) return opened;
      known.push_back(opened->platform());
    } catch (const Error& e) {  // not available here, or not without options
      if (candidate.likely && e.fault() != Fault::kUsage) problems.emplace_back(e.what());
    }
  }
  const std::string none = "no backend here is platform '" + platform + "'";
  if (!problems.empty()) throw Error(none + ": " + join(problems));
  throw Error(none + name_hint(platform, known) + " (tacho backends lists them)", Fault::kUsage);
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

std::unique_ptr<WorkerPool> open_local_pool(const std::string& platform,
                                            const WorkerLimits& limits) {
  if (!names_one(platform) || !names_this_device(platform)) return nullptr;
  try {
    return open_pool(platform, limits);
  } catch (const Error& e) {
    if (e.fault() != Fault::kUsage) print_notice(e.what());
    return nullptr;
  }
}

std::unique_ptr<Backend> open_here(const std::string& backend_or_platform) {
  if (is_backend(backend_or_platform)) return open_backend(backend_or_platform);
  return open_platform(backend_or_platform, open_backend);
}

}  // namespace tacho
