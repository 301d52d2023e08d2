#include "common/work_folder.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>

#include "common/error.h"

namespace tacho {

WorkFolder::WorkFolder(const std::string& name) {
  std::error_code problem;
  std::filesystem::path among = std::filesystem::temp_directory_path(problem);
  if (problem) throw Error("no folder for temporary files: " + problem.message() + "; set TMPDIR");
  std::string path = (among / (name + "-XXXXXX")).string();
  if (::mkdtemp(path.data()) == nullptr) {
    throw Error(path + ": cannot create the folder: " + std::strerror(errno) + "; set TMPDIR");
  }
  path_ = path;
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace tacho
