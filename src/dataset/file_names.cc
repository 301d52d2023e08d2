#include "dataset/file_names.h"

#include <map>
#include <set>

namespace tacho {
namespace {

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

}  // namespace

void FileNames::expect(const std::string& graph, size_t index) {
  by_path_.emplace(graph, index);
  graphs_.emplace(index, graph);
  const auto [same, only] = by_name_.emplace(file_name(graph), index);
  if (!only) same->second = kSeveral;
}

std::optional<size_t> FileNames::by_name(const std::string& path) const {
  const auto name = by_name_.find(file_name(path));
  if (name == by_name_.end() || name->second == kSeveral) return std::nullopt;
  return name->second;
}

std::vector<FileNames::Ambiguous> FileNames::find_in(
    const FileSource& files, const std::function<void(size_t index, ByteSpan bytes)>& visit) const {
  std::set<size_t> found;
  std::map<size_t, std::set<std::string>> candidates;  // paths by what they may be
  files([&](const std::string& path, ByteSpan bytes) {
    const auto exact = by_path_.find(path);
    if (exact != by_path_.end()) {
      if (found.insert(exact->second).second) visit(exact->second, bytes);
    } else if (const std::optional<size_t> index = by_name(path)) {
      candidates[*index].insert(path);
    }
  });
  std::vector<Ambiguous> ambiguous;
  std::unordered_map<std::string, size_t> second_pass;
  for (const auto& [index, paths] : candidates) {
    if (found.count(index) > 0) continue;
    const std::string& first = *paths.begin();
    if (paths.size() == 1) {
      second_pass.emplace(first, index);
      continue;
    }
    ambiguous.push_back({index, "graph '" + graphs_.at(index) + "' may be " + first + " or " +
                                    *std::next(paths.begin()) +
                                    "; write the path into the labels"});
  }
  if (second_pass.empty()) return ambiguous;
  files([&](const std::string& path, ByteSpan bytes) {
    const auto wanted = second_pass.find(path);
    if (wanted == second_pass.end()) return;
    visit(wanted->second, bytes);
    second_pass.erase(wanted);
  });
  return ambiguous;
}

}  // namespace tacho
