#include "dataset/side_file.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "common/error.h"

namespace tacho {

SideFile::SideFile(const std::string& target)
    : target_(target), path_(target + ".writing-" + std::to_string(::getpid())) {}

SideFile::~SideFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

void SideFile::put_in_place() {
  std::error_code problem;
  std::filesystem::rename(path_, target_, problem);
  if (problem) throw Error(target_ + ": cannot write: " + problem.message());
}

}  // namespace tacho
