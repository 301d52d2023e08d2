#include "common/mapped_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "common/error.h"

namespace tacho {
namespace {

TEST(MappedFile, ShowsTheBytes) {
  const std::string path = ::testing::TempDir() + "mapped_file_test.bin";
  std::ofstream(path) << "abc";
  const MappedFile file(path);
  ASSERT_EQ(file.bytes().size, 3u);
  EXPECT_EQ(file.bytes().data[2], 'c');
  std::filesystem::remove(path);
}

TEST(MappedFile, EmptyFileIsAnEmptySpan) {
  const std::string path = ::testing::TempDir() + "mapped_file_test_empty.bin";
  std::ofstream(path).flush();
  EXPECT_EQ(MappedFile(path).bytes().size, 0u);
  std::filesystem::remove(path);
}

TEST(MappedFile, FolderAndMissingFileAreErrorsThatNameThem) {
  try {
    MappedFile file("/");
    FAIL() << "a folder was mapped";
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "/: is a folder, not a file");
  }
  EXPECT_THROW(MappedFile("/nowhere/x.onnx"), Error);
}

}  // namespace
}  // namespace tacho
