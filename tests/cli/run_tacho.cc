#include "cli/run_tacho.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace tacho::testing {
namespace fs = std::filesystem;
namespace {

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

[[noreturn]] void become(const TempFolder& folder, const Invocation& invocation,
                         const std::string& program) {
  const auto redirect = [&](const char* name, int flags, int to) {
    const int fd = ::open(folder.path(name).c_str(), flags, 0600);
    if (fd < 0 || ::dup2(fd, to) < 0) ::_exit(126);
  };
  redirect(".stdin", O_RDONLY, STDIN_FILENO);
  redirect(".stdout", O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
  redirect(".stderr", O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
  ::unsetenv("TACHO_CHECKPOINT");
  for (const auto& [key, value] : invocation.environment) ::setenv(key.c_str(), value.c_str(), 1);
  if (::chdir(folder.path("").c_str()) != 0) ::_exit(126);
  std::vector<char*> argv = {const_cast<char*>("tacho")};
  for (const std::string& arg : invocation.args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  ::_exit(127);
}

}  // namespace

TempFolder::TempFolder() {
  std::string pattern = (fs::temp_directory_path() / "tacho_cli_XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
  folder_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void TempFolder::write(const std::string& name, const std::string& bytes) const {
  fs::create_directories((folder_ / name).parent_path());
  std::ofstream(folder_ / name, std::ios::binary) << bytes;
}

std::string TempFolder::read(const std::string& name) const { return read_file(folder_ / name); }

Outcome run_tacho(const TempFolder& folder, const Invocation& invocation) {
  folder.write(".stdin", invocation.input);
  const std::string program = invocation.program.empty() ? TACHO_PROGRAM : invocation.program;
  const pid_t child = ::fork();
  if (child == 0) become(folder, invocation, program);
  Outcome outcome;
  int status = 0;
  if (child > 0 && ::waitpid(child, &status, 0) == child) {
    outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  outcome.out = folder.read(".stdout");
  outcome.err = folder.read(".stderr");
  return outcome;
}

Outcome run_tacho(const TempFolder& folder, const std::vector<std::string>& args) {
  Invocation invocation;
  invocation.args = args;
  return run_tacho(folder, invocation);
}

void expect_golden(const std::string& name, const std::string& text) {
  const fs::path path = fs::path(TACHO_GOLDEN) / name;
  if (std::getenv("TACHO_UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(text, read_file(path))
      << "differs from " << path << "; if it should, run the test again with TACHO_UPDATE_GOLDEN=1";
}

}  // namespace tacho::testing
