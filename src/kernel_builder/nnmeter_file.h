// One JSON file of nn-Meter's builder:
//
//   {"conv-bn-relu": {"U8Q4FD": {"model": "…/U8Q4FD.onnx", "shapes": [[640, 28, 28]],
//                                "config": {"HW": 28, …}, "latency": "37.53 +- 0.314"}}}
//
// Written as Python's json.dump(indent=4) writes it. What is not ours (other keys, their order) is
// kept; a file that was read and not changed stays as it is, byte for byte.
#pragma once

#include <string>
#include <vector>

#include "kernel_builder/nnmeter_config.h"

namespace tacho {

class NnMeterFile {
 public:
  /// Empty if there is no such file. Throws Error naming the file: unreadable, not JSON (with the
  /// line), of another shape (with where).
  explicit NnMeterFile(std::string path);

  const std::string& path() const { return path_; }
  bool exists() const { return exists_; }
  /// Kernels in the file's order.
  std::vector<std::string> kernels() const;
  /// Of a kernel, in the file's order.
  std::vector<std::string> ids(const std::string& kernel) const;
  /// Null if there is no such entry.
  const Json* entry(const std::string& kernel, const std::string& id) const;
  /// For changes; made if it is not there. The file counts as changed.
  Json& edit(const std::string& kernel, const std::string& id);
  /// The kernel alone: it stands in the file even if it has no entries.
  void edit(const std::string& kernel);
  /// What a save would write.
  std::string text() const;
  /// Writes the file aside and renames it; does nothing if nothing was changed.
  void save();

 private:
  std::string path_;
  std::string read_text_;
  Json json_ = Json::object();
  bool exists_ = false;
  bool changed_ = false;
};

}  // namespace tacho
