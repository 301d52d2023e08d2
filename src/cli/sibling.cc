// Programs beside this one, as git has its subcommands.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cli/places.h"
#include "cli/verb.h"
#include "common/error.h"

namespace tacho {

void become_sibling(const std::string& name, const Arguments& args) {
  const std::string path = (program_folder() / name).string();
  std::vector<char*> argv = {const_cast<char*>(name.c_str())};
  for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  ::execv(path.c_str(), argv.data());
  if (errno != ENOENT) throw Error(path + ": cannot start: " + std::strerror(errno));
  const std::string needs = name == "tacho-train" ? " (needs LibTorch: ./scripts/setup.sh)" : "";
  throw Error(path + ": not built; build it with: cmake --build <build folder> --target " + name +
              needs);
}

}  // namespace tacho
