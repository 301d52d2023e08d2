// A read-only memory map of a file: pages are fetched only where they are touched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace tacho {

/// A contiguous run of bytes owned by somebody else.
struct ByteSpan {
  const uint8_t* data = nullptr;
  size_t size = 0;
};

class MappedFile {
 public:
  /// Throws Error if `path` cannot be opened, is a folder, or cannot be mapped. An empty file maps
  /// to an empty span.
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  ByteSpan bytes() const { return bytes_; }

 private:
  ByteSpan bytes_;
};

}  // namespace tacho
