// Where the real latency data lies: $TACHO_DATA, else ../shared/data beside the repository.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace tacho::testing {

/// "" if it is not there.
inline std::string data_folder() {
  const char* named = std::getenv("TACHO_DATA");
  const std::string folder =
      named != nullptr ? named : std::string(TACHO_SOURCE_DIR) + "/../shared/data";
  return std::filesystem::is_directory(folder + "/timm") ? folder : "";
}

}  // namespace tacho::testing

/// At the beginning of a test: gets the folder or skips.
#define TACHO_DATA_OR_SKIP(folder)                            \
  const std::string folder = ::tacho::testing::data_folder(); \
  if (folder.empty()) GTEST_SKIP() << "needs the latency data in $TACHO_DATA or ../shared/data"
