#include "dataset/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "common/error.h"

namespace tacho {
namespace {

constexpr size_t kBlockBytes = 1 << 20;

struct CloseArchive {
  void operator()(archive* a) const { archive_read_free(a); }
};
using ArchiveReader = std::unique_ptr<archive, CloseArchive>;

std::string reason_of(archive* a) {
  const char* text = archive_error_string(a);
  return text != nullptr ? text : "libarchive gives no reason";
}

ArchiveReader open_archive(const std::string& path) {
  ArchiveReader reader(archive_read_new());
  archive_read_support_filter_all(reader.get());
  archive_read_support_format_tar(reader.get());
  archive_read_support_format_zip(reader.get());
  if (archive_read_open_filename(reader.get(), path.c_str(), kBlockBytes) != ARCHIVE_OK) {
    throw Error(path + ": not an archive that can be read: " + reason_of(reader.get()));
  }
  return reader;
}

std::string plain_name(std::string name) {
  while (name.rfind("./", 0) == 0) name.erase(0, 2);
  return name;
}

/// Appended block by block: the size in the entry's header is a claim until the bytes are there.
void read_entry(archive* reader, std::vector<uint8_t>& bytes) {
  bytes.clear();
  while (true) {
    const size_t used = bytes.size();
    bytes.resize(used + kBlockBytes);
    const la_ssize_t got = archive_read_data(reader, &bytes[used], kBlockBytes);
    if (got < 0) throw Error(reason_of(reader));
    bytes.resize(used + static_cast<size_t>(got));
    if (got == 0) return;
    if (static_cast<int64_t>(bytes.size()) > kMaxEntryBytes) throw Error("larger than 4 GB");
  }
}

void visit_folder(const std::string& folder, const VisitFile& visit) {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      names.push_back(entry.path().lexically_relative(folder).generic_string());
    }
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const MappedFile file((fs::path(folder) / name).string());
    visit(name, file.bytes());
  }
}

}  // namespace

void for_each_in_archive(const std::string& archive_path, const VisitFile& visit) {
  if (std::filesystem::is_directory(archive_path)) {
    try {
      return visit_folder(archive_path, visit);
    } catch (const std::filesystem::filesystem_error& e) {
      throw Error(archive_path + ": cannot read the folder: " + e.code().message());
    }
  }
  const ArchiveReader reader = open_archive(archive_path);
  std::vector<uint8_t> bytes;
  archive_entry* entry = nullptr;
  std::string last;
  while (true) {
    const int result = archive_read_next_header(reader.get(), &entry);
    if (result == ARCHIVE_EOF) return;
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
      throw Error(archive_path + (last.empty() ? "" : ": after " + last) + ": " +
                  reason_of(reader.get()));
    }
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    const char* stored_name = archive_entry_pathname(entry);
    last = plain_name(stored_name != nullptr ? stored_name : "?");
    if (archive_entry_size_is_set(entry) && archive_entry_size(entry) > kMaxEntryBytes) {
      throw Error(archive_path + ": " + last + ": larger than 4 GB");
    }
    try {
      read_entry(reader.get(), bytes);
    } catch (const Error& e) {
      throw e.within(archive_path + ": " + last);
    }
    visit(last, ByteSpan{bytes.data(), bytes.size()});
  }
}

}  // namespace tacho
