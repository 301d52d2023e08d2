// Which of the graphs that labels name a file of an archive is.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

namespace tacho {

class FileNames {
 public:
  /// `index` is what find() answers with.
  void expect(const std::string& graph, size_t index);
  /// By the path in the archive, else by the file's name alone if no other graph has it.
  std::optional<size_t> find(const std::string& path) const;
  bool empty() const { return by_path_.empty(); }

 private:
  static constexpr size_t kSeveral = static_cast<size_t>(-1);  // graphs with one file name

  std::unordered_map<std::string, size_t> by_path_, by_name_;
};

}  // namespace tacho
