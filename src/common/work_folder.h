// A folder for files on their way.
#pragma once

#include <filesystem>
#include <string>

namespace tacho {

/// A new folder among the system's temporary ones; removed with all that is in it.
class WorkFolder {
 public:
  /// `name` begins the folder's. Throws Error if it cannot be made.
  explicit WorkFolder(const std::string& name);
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace tacho
