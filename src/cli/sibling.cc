// Programs beside this one, as git has its subcommands.
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
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

int run_sibling(const std::string& name, const Arguments& args) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) throw Error(name + ": cannot start: " + std::strerror(errno));
  if (child == 0) {
    try {
      become_sibling(name, args);
    } catch (const Error& e) {
      std::fprintf(stderr, "tacho: %s\n", e.what());
      ::_exit(e.exit_code());
    }
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw Error(name + ": lost sight of it: " + std::strerror(errno));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace tacho
