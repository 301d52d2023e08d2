#include "cli/places.h"

#include <algorithm>
#include <cstdlib>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace fs = std::filesystem;

fs::path program_folder() {
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  if (problem) throw Error("/proc/self/exe: " + problem.message());
  return program.parent_path();
}

std::string released_file(const std::string& name, const std::string& option) {
  const fs::path here = program_folder();
  const fs::path in_repository = here.parent_path().parent_path().parent_path() / "checkpoints";
  const fs::path installed = here.parent_path() / "share" / "tachograph";
  for (const fs::path& folder : {in_repository, installed}) {
    const fs::path candidate = folder / name;
    if (fs::exists(candidate)) return candidate.string();
  }
  throw Error("no checkpoint: " + name + " is neither in " + in_repository.string() + " nor in " +
              installed.string() + "; name one with " + option);
}

std::string checkpoint_path(const std::string& asked) {
  if (!asked.empty()) return asked;
  const char* environment = std::getenv("TACHO_CHECKPOINT");
  if (environment != nullptr && *environment != '\0') return environment;
  return released_file("default.safetensors", "--checkpoint or $TACHO_CHECKPOINT");
}

}  // namespace tacho
