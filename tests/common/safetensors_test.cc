#include "common/safetensors.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "../temporary_folder.h"
#include "common/error.h"

namespace tacho {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::read_bytes;
using testing::TemporaryFolder;
using testing::write_bytes;

std::string file_bytes(const std::string& header, const std::string& data) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(header.size() >> (8 * i));
  return bytes + header + data;
}

json entry(const std::string& dtype, const json& shape, uint64_t begin, uint64_t end) {
  return {{"dtype", dtype}, {"shape", shape}, {"data_offsets", {begin, end}}};
}

/// The error a file of these bytes leads to; "" if it is read.
std::string error_of(const std::string& bytes) {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.safetensors");
  write_bytes(path, bytes);
  try {
    const SafetensorsFile file(path);
    return "";
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr(path));
    EXPECT_THAT(e.what(), ::testing::Not(HasSubstr("\n")));
    return e.what();
  }
}

TEST(Safetensors, ReadsBackWhatWasWritten) {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.safetensors");
  write_safetensors(
      path, {{"key", "value"}},
      {{"matrix", {2, 3}, {1, 2, 3, 4, 5, 6}}, {"empty", {0, 7}, {}}, {"one", {}, {9}}});
  const SafetensorsFile file(path);
  EXPECT_EQ(file.metadata_text("key"), "value");
  const TensorView& matrix = file.tensor("matrix", {2, 3});
  EXPECT_THAT(std::vector<float>(matrix.data, matrix.data + 6), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(*file.tensor("one", {}).data, 9);
  EXPECT_EQ(file.tensor("empty", {0, 7}).shape, (TensorShape{0, 7}));
}

TEST(Safetensors, WritesTheDocumentedLayout) {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.safetensors");
  write_safetensors(path, {}, {{"t", {1}, {1.0f}}});
  const std::string bytes = read_bytes(path);
  const size_t header = static_cast<unsigned char>(bytes[0]);
  EXPECT_EQ((8 + header) % 8, 0u);
  EXPECT_EQ(bytes.size(), 8 + header + 4);
  EXPECT_EQ(json::parse(bytes.substr(8, header)), (json{{"t", entry("F32", {1}, 0, 4)}}));
}

TEST(Safetensors, LeavesNoFileAsideAndReplacesTheOldOne) {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.safetensors");
  write_safetensors(path, {}, {{"t", {1}, {1.0f}}});
  write_safetensors(path, {}, {{"t", {1}, {2.0f}}});
  EXPECT_EQ(*SafetensorsFile(path).tensor("t", {1}).data, 2);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.file("")), {}), 1);
}

TEST(Safetensors, WritingIntoAMissingFolderIsAnError) {
  const TemporaryFolder folder;
  EXPECT_THROW(write_safetensors(folder.file("none/x.safetensors"), {}, {}), Error);
}

TEST(Safetensors, ReadsTensorsThatTheHeaderLeavesUnaligned) {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.safetensors");
  std::string header = json{{"t", entry("F32", {1}, 0, 4)}}.dump();
  while (header.size() % 4 != 1) header += ' ';
  write_bytes(path, file_bytes(header, std::string("\0\0\x80\x3f", 4)));
  EXPECT_EQ(*SafetensorsFile(path).tensor("t", {1}).data, 1.0f);
}

TEST(Safetensors, EveryTruncationIsAnError) {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.safetensors");
  write_safetensors(path, {{"key", "value"}}, {{"t", {2}, {1, 2}}});
  const std::string bytes = read_bytes(path);
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(error_of(bytes.substr(0, size)), "") << size;
}

TEST(Safetensors, NoFlippedBitCrashes) {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.safetensors");
  write_safetensors(path, {{"key", "value"}}, {{"t", {2}, {1, 2}}, {"u", {1, 1}, {3}}});
  const std::string bytes = read_bytes(path);
  for (size_t bit = 0; bit < bytes.size() * 8; bit += 7) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    error_of(flipped);
  }
}

TEST(Safetensors, RefusesWhatIsNotTheFormat) {
  EXPECT_THAT(error_of(""), HasSubstr("too short"));
  EXPECT_THAT(error_of(file_bytes("{oops", "")), HasSubstr("not a JSON object"));
  EXPECT_THAT(error_of(file_bytes("[1]", "")), HasSubstr("not a JSON object"));
  EXPECT_THAT(error_of(std::string("\x08\xff\xff\xff\xff\xff\xff\x7fPK", 10)),
              HasSubstr("header would take"));
  EXPECT_NE(error_of(file_bytes(R"({"__metadata__":{"a":1}})", "")), "");
  EXPECT_NE(error_of(file_bytes(R"({"t":3})", "")), "");
  EXPECT_NE(error_of(file_bytes(R"({"t":{"dtype":"F32"}})", "")), "");
}

TEST(Safetensors, RefusesAnotherDtype) {
  EXPECT_THAT(error_of(file_bytes(json{{"t", entry("F16", {2}, 0, 4)}}.dump(), "1234")),
              HasSubstr("only F32"));
}

TEST(Safetensors, RefusesRangesThatDoNotCoverTheDataOnce) {
  const std::string data(12, '\0');
  const auto header = [](uint64_t a0, uint64_t a1, uint64_t b0, uint64_t b1) {
    return json{{"a", entry("F32", {static_cast<int64_t>((a1 - a0) / 4)}, a0, a1)},
                {"b", entry("F32", {static_cast<int64_t>((b1 - b0) / 4)}, b0, b1)}}
        .dump();
  };
  EXPECT_EQ(error_of(file_bytes(header(0, 4, 4, 12), data)), "");
  EXPECT_THAT(error_of(file_bytes(header(0, 8, 4, 12), data)), HasSubstr("overlaps"));
  EXPECT_THAT(error_of(file_bytes(header(0, 4, 8, 12), data)), HasSubstr("hole"));
  EXPECT_THAT(error_of(file_bytes(header(0, 4, 4, 16), data)), HasSubstr("truncated"));
  EXPECT_THAT(error_of(file_bytes(header(0, 4, 4, 8), data)), HasSubstr("after the last"));
}

TEST(Safetensors, RefusesShapesThatDoNotFitTheirRange) {
  const std::string data(8, '\0');
  EXPECT_THAT(error_of(file_bytes(json{{"t", entry("F32", {3}, 0, 8)}}.dump(), data)),
              HasSubstr("do not fit"));
  EXPECT_NE(error_of(file_bytes(json{{"t", entry("F32", {-1, -2}, 0, 8)}}.dump(), data)), "");
  EXPECT_NE(error_of(file_bytes(json{{"t", entry("F32", {1.5}, 0, 8)}}.dump(), data)), "");
  EXPECT_THAT(
      error_of(file_bytes(json{{"t", entry("F32", {4294967296, 4294967296}, 0, 8)}}.dump(), data)),
      HasSubstr("larger than any file"));
}

TEST(Safetensors, AMissingTensorOrAnotherShapeIsNamed) {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.safetensors");
  write_safetensors(path, {}, {{"t", {2, 1}, {1, 2}}});
  const SafetensorsFile file(path);
  const auto message = [&](const std::function<void()>& body) -> std::string {
    try {
      body();
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_THAT(message([&] { file.tensor("u", {1}); }), HasSubstr("tensor u is missing"));
  EXPECT_THAT(message([&] { file.tensor("t", {1, 2}); }), HasSubstr("is 2 × 1, not 1 × 2"));
  EXPECT_THAT(message([&] { file.metadata_text("key"); }), HasSubstr("\"key\" is missing"));
}

}  // namespace
}  // namespace tacho
