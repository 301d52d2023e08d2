#include "common/work_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "common/error.h"

namespace tacho {
namespace {

TEST(WorkFolder, GoesAwayWithWhatIsInIt) {
  std::string file;
  {
    const WorkFolder work("tacho-test");
    file = work.file("note.txt");
    std::ofstream(file) << "there";
    EXPECT_TRUE(std::filesystem::exists(file));
  }
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(file).parent_path()));
}

TEST(WorkFolder, TwoOfOneNameAreTwoFolders) {
  const WorkFolder one("tacho-test"), other("tacho-test");
  EXPECT_NE(one.file("a"), other.file("a"));
}

TEST(WorkFolder, SaysWhatToSetWhereNoneCanBeMade) {
  const char* old = std::getenv("TMPDIR");
  const std::string before = old == nullptr ? "" : old;
  ::setenv("TMPDIR", "/nowhere/at/all", 1);
  try {
    const WorkFolder work("tacho-test");
    ADD_FAILURE() << "made a folder in /nowhere";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("set TMPDIR"), std::string::npos) << e.what();
  }
  old == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before.c_str(), 1);
}

}  // namespace
}  // namespace tacho
