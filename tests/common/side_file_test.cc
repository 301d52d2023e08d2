#include "common/side_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <functional>

#include "../temporary_folder.h"
#include "common/error.h"
#include "common/safetensors.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::read_bytes;
using ::testing::StartsWith;
using testing::TemporaryFolder;
using ::testing::UnorderedElementsAre;
using testing::write_bytes;

std::vector<std::string> files_in(const TemporaryFolder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder.file(""))) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

TEST(SideFile, ReplacesTheOldFileOnlyWhenItIsComplete) {
  const TemporaryFolder folder;
  write_bytes(folder.file("a"), "old");
  SideFile side(folder.file("a"));
  side.stream() << "new";
  EXPECT_EQ(read_bytes(folder.file("a")), "old");
  side.put_in_place();
  EXPECT_EQ(read_bytes(folder.file("a")), "new");
  EXPECT_THAT(files_in(folder), ElementsAre("a"));
}

TEST(SideFile, LeavesNothingBecauseItWasNotPutInPlace) {
  const TemporaryFolder folder;
  { SideFile(folder.file("a")).stream() << "half"; }
  EXPECT_THAT(files_in(folder), ElementsAre());
}

TEST(SideFile, TakesWhatAnotherWroteToItsPath) {
  const TemporaryFolder folder;
  SideFile side(folder.file("a"));
  write_bytes(side.path(), "x");
  side.put_in_place();
  EXPECT_EQ(read_bytes(folder.file("a")), "x");
}

TEST(SideFile, WritesWhereALinkLeadsAndKeepsTheLink) {
  const TemporaryFolder folder;
  fs::create_directory(folder.file("there"));
  write_bytes(folder.file("there/a"), "old");
  fs::create_symlink("there/a", folder.file("link"));
  fs::create_symlink("link", folder.file("link_to_link"));
  write_whole_file(folder.file("link_to_link"), "new");
  EXPECT_EQ(read_bytes(folder.file("there/a")), "new");
  EXPECT_TRUE(fs::is_symlink(folder.file("link")));
  EXPECT_TRUE(fs::is_symlink(folder.file("link_to_link")));
  EXPECT_THAT(files_in(folder), UnorderedElementsAre("there", "link", "link_to_link"));
}

TEST(SideFile, WritesWhereALinkLeadsThoughNothingIsThereYet) {
  const TemporaryFolder folder;
  fs::create_symlink("a", folder.file("link"));
  write_whole_file(folder.file("link"), "new");
  EXPECT_EQ(read_bytes(folder.file("a")), "new");
  EXPECT_TRUE(fs::is_symlink(folder.file("link")));
}

TEST(SideFile, DoesNotReplaceAPipeNorWhatALinkToOneNames) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
  fs::create_symlink("pipe", folder.file("link"));
  for (const char* name : {"pipe", "link"}) {
    EXPECT_THAT(error_of([&] { write_whole_file(folder.file(name), "x"); }),
                AllOf(StartsWith(folder.file(name)), HasSubstr("not a regular file")));
    EXPECT_THAT(error_of([&] { write_safetensors(folder.file(name), {}, {}); }),
                HasSubstr("not a regular file"));
  }
  EXPECT_TRUE(fs::is_fifo(folder.file("pipe")));
  EXPECT_TRUE(fs::is_symlink(folder.file("link")));
  EXPECT_THAT(files_in(folder), UnorderedElementsAre("pipe", "link"));
}

TEST(SideFile, DoesNotReplaceAFolderNorFollowACircleOfLinks) {
  const TemporaryFolder folder;
  fs::create_directory(folder.file("folder"));
  fs::create_symlink("circle", folder.file("circle"));
  EXPECT_THAT(error_of([&] { write_whole_file(folder.file("folder"), "x"); }),
              HasSubstr("it is a folder"));
  EXPECT_THAT(error_of([&] { write_whole_file(folder.file("circle"), "x"); }),
              HasSubstr("cannot write"));
  EXPECT_THAT(files_in(folder), UnorderedElementsAre("folder", "circle"));
}

TEST(SideFile, SaysWhyItCannotWrite) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of([&] { write_whole_file(folder.file("none/a"), "x"); }),
            folder.file("none/a") + ": cannot write: No such file or directory");
}

}  // namespace
}  // namespace tacho
