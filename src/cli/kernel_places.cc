#include <cstdlib>
#include <filesystem>

#include "cli/kernel_verbs.h"
#include "cli/output.h"
#include "cli/places.h"
#include "common/error.h"
#include "kernel_builder/custom_kernel.h"

namespace tacho {
namespace fs = std::filesystem;

std::string kernel_prior_path(const std::string& asked) {
  if (!asked.empty()) return asked;
  const char* environment = std::getenv("TACHO_KERNEL_PRIOR");
  if (environment != nullptr && *environment != '\0') return environment;
  const fs::path here = program_folder();
  const fs::path in_repository =
      here.parent_path().parent_path().parent_path() / "dataset" / "kernel_prior";
  const fs::path installed = here.parent_path() / "share" / "tachograph";
  for (const fs::path& folder : {in_repository, installed}) {
    if (fs::exists(folder / "kernels.csv")) return (folder / "kernels.csv").string();
  }
  throw Error("no prior of kernels: kernels.csv is neither in " + in_repository.string() +
              " nor in " + installed.string() + "; name one with --prior or $TACHO_KERNEL_PRIOR");
}

Catalogue user_catalogue() {
  Catalogue catalogue = Catalogue::builtin();
  std::vector<std::string> problems;
  add_registered_kernels(registered_kernels_folder(), catalogue, problems);
  for (const std::string& problem : problems)
    print_notice("registered kernel left out: " + problem);
  return catalogue;
}

}  // namespace tacho
