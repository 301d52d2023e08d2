#include "common/memory_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace tacho {
namespace {

TEST(MemoryFile, IsReadByItsPath) {
  const std::string bytes("a\0b", 3);
  const MemoryFile file(bytes);
  std::ifstream in(file.path(), std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), bytes);
}

TEST(MemoryFile, IsGoneWithItsHolder) {
  std::string path;
  { path = MemoryFile("x").path(); }
  EXPECT_FALSE(std::ifstream(path).is_open());
}

TEST(MemoryFile, IsWrittenAnewAfterItWasCleared) {
  const MemoryFile file("one\n");
  file.clear();
  EXPECT_EQ(file.last_line(), "");
  ASSERT_EQ(::write(file.descriptor(), "two\n", 4), 4);
  EXPECT_EQ(file.last_line(), "two");
  EXPECT_EQ(std::filesystem::file_size(file.path()), 4);
}

TEST(MemoryFile, LastLineIsTheLastThatIsNotBlank) {
  EXPECT_EQ(MemoryFile("").last_line(), "");
  EXPECT_EQ(MemoryFile("\n \n").last_line(), "");
  EXPECT_EQ(MemoryFile("one").last_line(), "one");
  EXPECT_EQ(MemoryFile("one\ntwo: three\n\n").last_line(), "two: three");
  EXPECT_EQ(MemoryFile(std::string(5000, 'x') + "end").last_line().size(), 4096);
}

}  // namespace
}  // namespace tacho
