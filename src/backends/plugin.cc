#include "backends/plugin.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> plugin_folders() {
  std::vector<fs::path> folders;
  const char* environment = std::getenv("TACHO_PLUGINS");
  if (environment != nullptr && *environment != '\0') folders.emplace_back(environment);
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  if (!problem) {
    folders.push_back(program.parent_path());
    folders.push_back(program.parent_path().parent_path() / "lib" / "tachograph");
  }
  return folders;
}

fs::path find_plugin(const std::string& file) {
  std::vector<std::string> looked;
  for (const fs::path& folder : plugin_folders()) {
    std::error_code ignored;
    if (fs::exists(folder / file, ignored)) return folder / file;
    looked.push_back(folder.string());
  }
  throw Error(file + " is not in " + join(looked) +
              "; it is built where its runtime is installed (scripts/setup.sh)");
}

const BackendPlugin& load(const std::string& name) {
  const fs::path path = find_plugin("tacho-backend-" + name + ".so");
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw Error("cannot be loaded: " + printable(::dlerror()));
  const auto entry = reinterpret_cast<PluginEntry>(::dlsym(library, kPluginEntry));
  if (entry == nullptr) throw Error(path.string() + ": is no plugin of Tachograph");
  const BackendPlugin& plugin = *entry();
  if (plugin.abi != plugin_abi()) {
    throw Error(path.string() + ": belongs to another build of Tachograph (" + plugin.version +
                "); build all programs again");
  }
  return plugin;
}

}  // namespace

std::unique_ptr<Backend> open_plugin_backend(const BackendSpec& spec) {
  return with_context("backend '" + spec.name + "'", [&] { return load(spec.name).open(spec); });
}

}  // namespace tacho
