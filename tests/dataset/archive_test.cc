#include "dataset/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataset/testing.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

using Files = std::vector<std::pair<std::string, std::string>>;

Files files_of(const std::string& path) {
  Files files;
  for_each_in_archive(path, [&](const std::string& name, ByteSpan bytes) {
    files.emplace_back(name, std::string(reinterpret_cast<const char*>(bytes.data), bytes.size));
  });
  return files;
}

/// A tar archive with the given filter ("zstd", "gzip", "none"); a name that ends in "/" makes a
/// folder.
void write_tar(const std::string& path, const std::string& filter, const Files& files) {
  archive* out = archive_write_new();
  if (filter != "none") {
    ASSERT_EQ(archive_write_add_filter_by_name(out, filter.c_str()), ARCHIVE_OK);
  }
  if (filter == "zstd") archive_write_set_options(out, "zstd:compression-level=19,zstd:long=27");
  archive_write_set_format_pax_restricted(out);
  ASSERT_EQ(archive_write_open_filename(out, path.c_str()), ARCHIVE_OK);
  for (const auto& [name, content] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    const bool is_folder = name.back() == '/';
    archive_entry_set_filetype(entry, is_folder ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<int64_t>(content.size()));
    ASSERT_EQ(archive_write_header(out, entry), ARCHIVE_OK);
    archive_write_data(out, content.data(), content.size());
    archive_entry_free(entry);
  }
  ASSERT_EQ(archive_write_free(out), ARCHIVE_OK);
}

TEST(Archive, VisitsFilesInStoredOrderWhateverTheCompression) {
  const TestFolder folder("archive");
  for (const char* filter : {"none", "gzip", "zstd"}) {
    const std::string path = folder.file(std::string("a.") + filter);
    const std::string large(3 << 20, 'x');
    write_tar(path, filter, {{"./", ""}, {"./b.onnx", "B"}, {"sub/a.onnx", large}, {"empty", ""}});
    EXPECT_THAT(files_of(path),
                ElementsAre(Pair("b.onnx", "B"), Pair("sub/a.onnx", large), Pair("empty", "")))
        << filter;
  }
}

TEST(Archive, FolderIsVisitedRecursivelyInSortedOrder) {
  const TestFolder folder("archive_folder");
  folder.write("z.onnx", "Z");
  folder.write("sub/deep/m.onnx", "M");
  folder.write("a.onnx", "A");
  EXPECT_THAT(files_of(folder.path()),
              ElementsAre(Pair("a.onnx", "A"), Pair("sub/deep/m.onnx", "M"), Pair("z.onnx", "Z")));
}

TEST(Archive, WhatIsNoArchiveIsNamed) {
  const TestFolder folder("archive_bad");
  const std::string path =
      folder.write("a.tar.zst", "this is not an archive, whatever it is called");
  EXPECT_THAT(error_of([&] { files_of(path); }), StartsWith(path + ": "));
  EXPECT_THAT(error_of([&] { files_of("/nowhere/a.tar"); }), HasSubstr("/nowhere/a.tar"));
}

TEST(Archive, TruncationIsAnErrorThatNamesTheEntry) {
  const TestFolder folder("archive_cut");
  write_tar(folder.file("a.tar"), "none",
            {{"first", "1"}, {"second.onnx", std::string(20000, 'x')}});
  const std::string cut =
      folder.write("cut.tar", read_bytes(folder.file("a.tar")).substr(0, 10000));
  EXPECT_THAT(error_of([&] { files_of(cut); }), StartsWith(cut + ": second.onnx: "));
}

TEST(Archive, ErrorsOfTheVisitorPassThrough) {
  const TestFolder folder("archive_visitor");
  folder.write("a", "A");
  EXPECT_EQ(error_of([&] {
              for_each_in_archive(folder.path(),
                                  [](const std::string&, ByteSpan) { throw Error("mine"); });
            }),
            "mine");
}

}  // namespace
}  // namespace tacho
