// Writing a file beside its place, so that a killed run leaves the old file or the new one.
#pragma once

#include <string>

namespace tacho {

/// A name beside `target` for the time of writing; what is there is removed unless it was put in
/// place.
class SideFile {
 public:
  explicit SideFile(const std::string& target);
  ~SideFile();
  SideFile(const SideFile&) = delete;
  SideFile& operator=(const SideFile&) = delete;

  const std::string& path() const { return path_; }
  /// Throws Error naming the target.
  void put_in_place();

 private:
  std::string target_;
  std::string path_;
};

}  // namespace tacho
