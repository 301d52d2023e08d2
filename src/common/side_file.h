// Writing a file beside its place, so that a killed run leaves the old file or the new one. The one
// way in which results become files here.
#pragma once

#include <fstream>
#include <string>

namespace tacho {

/// A name beside `target` for the time of writing; what is there is removed unless it was put in
/// place. A link stays one: the file that it leads to is replaced.
class SideFile {
 public:
  /// Throws Error naming the target if that is there and no regular file: a device, a pipe, a
  /// folder.
  explicit SideFile(const std::string& target);
  ~SideFile();
  SideFile(const SideFile&) = delete;
  SideFile& operator=(const SideFile&) = delete;

  /// For what writes by itself; it must have closed the file, and seen no error, by put_in_place().
  const std::string& path() const { return path_; }
  /// What is written here is checked by put_in_place(). Opened by the first call.
  std::ofstream& stream();
  /// Throws Error naming the target if what was asked for could not be written in full.
  void put_in_place();

 private:
  std::string target_;
  std::string place_;  ///< target_, or where it leads to
  std::string path_;
  std::ofstream stream_;
  int open_errno_ = 0;
};

/// The file `path` with these bytes. Throws Error naming it.
void write_whole_file(const std::string& path, const std::string& bytes);

}  // namespace tacho
