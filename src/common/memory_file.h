// A file in memory, without a name in any folder: gone when its last holder is.
#pragma once

#include <string>

namespace tacho {

class MemoryFile {
 public:
  /// Throws Error if the bytes cannot be kept.
  explicit MemoryFile(const std::string& bytes = "");
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  /// By which other processes of this user can open it as long as this lives.
  const std::string& path() const { return path_; }
  /// To be handed to a child as one of its standard streams; closed by exec otherwise.
  int descriptor() const { return descriptor_; }
  /// Drops what was written; who holds the descriptor writes on at the beginning.
  void clear() const;
  /// The last line that is not blank of what was written last, without its end; may be empty.
  std::string last_line() const;

 private:
  int descriptor_;
  std::string path_;
};

}  // namespace tacho
