#include "dataset/file_names.h"

namespace tacho {
namespace {

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

}  // namespace

void FileNames::expect(const std::string& graph, size_t index) {
  by_path_.emplace(graph, index);
  const auto [same, only] = by_name_.emplace(file_name(graph), index);
  if (!only) same->second = kSeveral;
}

std::optional<size_t> FileNames::find(const std::string& path) const {
  const auto whole = by_path_.find(path);
  if (whole != by_path_.end()) return whole->second;
  const auto name = by_name_.find(file_name(path));
  if (name == by_name_.end() || name->second == kSeveral) return std::nullopt;
  return name->second;
}

}  // namespace tacho
