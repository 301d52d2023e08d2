#include "kernel_builder/nnmeter_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/error.h"
#include "common/side_file.h"
#include "common/text.h"

namespace tacho {
namespace {

constexpr const char* kShape =
    "expected {\"<kernel>\": {\"<id>\": {\"config\": …, \"latency\": …}}}";

void check_shape(const Json& json) {
  if (!json.is_object())
    throw Error(std::string("the file is a JSON ") + json.type_name() + "; " + kShape);
  for (const auto& [kernel, entries] : json.items()) {
    const std::string where = "\"" + printable(kernel) + "\"";
    if (!entries.is_object())
      throw Error(where + " is a JSON " + entries.type_name() + "; " + kShape);
    for (const auto& [id, entry] : entries.items()) {
      if (entry.is_object()) continue;
      throw Error(where + " → \"" + printable(id) + "\" is a JSON " + entry.type_name() + "; " +
                  kShape);
    }
  }
}

}  // namespace

NnMeterFile::NnMeterFile(std::string path) : path_(std::move(path)) {
  if (!std::filesystem::exists(path_)) return;
  std::ifstream file(path_, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw Error(path_ + ": cannot be read: " + std::strerror(errno));
  read_text_ = text.str();
  exists_ = true;
  with_context(path_, [&] {
    try {
      json_ = Json::parse(read_text_);
    } catch (const Json::parse_error& e) {
      const auto end =
          read_text_.begin() + static_cast<std::ptrdiff_t>(std::min(e.byte, read_text_.size()));
      const auto line = 1 + std::count(read_text_.begin(), end, '\n');
      throw Error("line " + std::to_string(line) + ": not JSON");
    }
    check_shape(json_);
  });
}

std::vector<std::string> NnMeterFile::kernels() const {
  std::vector<std::string> names;
  for (const auto& [kernel, entries] : json_.items()) names.push_back(kernel);
  return names;
}

std::vector<std::string> NnMeterFile::ids(const std::string& kernel) const {
  std::vector<std::string> names;
  const auto entries = json_.find(kernel);
  if (entries == json_.end()) return names;
  for (const auto& [id, entry] : entries->items()) names.push_back(id);
  return names;
}

const Json* NnMeterFile::entry(const std::string& kernel, const std::string& id) const {
  const auto entries = json_.find(kernel);
  if (entries == json_.end()) return nullptr;
  const auto found = entries->find(id);
  return found == entries->end() ? nullptr : &*found;
}

void NnMeterFile::edit(const std::string& kernel) {
  changed_ = true;
  if (!json_.contains(kernel)) json_[kernel] = Json::object();
}

Json& NnMeterFile::edit(const std::string& kernel, const std::string& id) {
  edit(kernel);
  Json& entry = json_[kernel][id];
  if (entry.is_null()) entry = Json::object();
  return entry;
}

std::string NnMeterFile::text() const {
  return exists_ && !changed_ ? read_text_
                              : json_.dump(4, ' ', true, Json::error_handler_t::replace);
}

void NnMeterFile::save() {
  if (!changed_) return;
  write_whole_file(path_, text());
  read_text_ = text();
  exists_ = true;
  changed_ = false;
}

}  // namespace tacho
