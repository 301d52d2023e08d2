// Which of the graphs that labels name each file of an archive is.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "dataset/archive.h"

namespace tacho {

/// Hands every file of an archive or folder to `visit`, each time the same.
using FileSource = std::function<void(const VisitFile& visit)>;

class FileNames {
 public:
  /// What find_in() calls the graph by.
  void expect(const std::string& graph, size_t index);
  bool empty() const { return by_path_.empty(); }

  /// A graph for which several files would do.
  struct Ambiguous {
    size_t index;
    std::string problem;  ///< "graph 'a.onnx' may be x/a.onnx or y/a.onnx; …"
  };
  /// Visits the file of every graph, once. That is the one at its very path, wherever it stands in
  /// the archive; if there is none, the one of its file name, if no other graph and no other file
  /// has it. Files that are found by their names alone cost a second pass.
  std::vector<Ambiguous> find_in(
      const FileSource& files,
      const std::function<void(size_t index, ByteSpan bytes)>& visit) const;

 private:
  static constexpr size_t kSeveral = static_cast<size_t>(-1);  // graphs with one file name

  std::optional<size_t> by_name(const std::string& path) const;

  std::unordered_map<std::string, size_t> by_path_, by_name_;
  std::unordered_map<size_t, std::string> graphs_;
};

}  // namespace tacho
