// The safetensors format, float32 only: 8 bytes of little-endian header length, a JSON header that
// maps names to dtype, shape and byte range, then the tensors' bytes without holes.
// https://github.com/huggingface/safetensors#format
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/mapped_file.h"

namespace tacho {

using TensorShape = std::vector<int64_t>;

/// A tensor inside a mapped file: row-major, valid as long as the file object lives.
struct TensorView {
  TensorShape shape;
  const float* data = nullptr;
};

/// A tensor that owns its values, row-major.
struct TensorData {
  std::string name;
  TensorShape shape;
  std::vector<float> values;
};

/// "96 × 48"; "scalar" for no dimensions.
std::string shape_text(const TensorShape& shape);
int64_t element_count(const TensorShape& shape);

class SafetensorsFile {
 public:
  /// Throws Error naming the file: shorter than its header says, a header that is not JSON or does
  /// not describe tensors, another dtype than F32, byte ranges that overlap, leave holes or end
  /// past the file.
  explicit SafetensorsFile(const std::string& path);

  const std::string& path() const { return path_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  const std::map<std::string, TensorView>& tensors() const { return tensors_; }
  /// Throws Error naming file and tensor if it is missing or of another shape.
  const TensorView& tensor(const std::string& name, const TensorShape& shape) const;
  /// Throws Error naming file and key if it is missing.
  const std::string& metadata_text(const std::string& key) const;

 private:
  std::string path_;
  std::unique_ptr<MappedFile> file_;
  std::vector<float>
      realigned_;  ///< the data, if the header's length leaves it unaligned in the map
  std::map<std::string, std::string> metadata_;
  std::map<std::string, TensorView> tensors_;
};

/// Writes to the side and renames: a killed run leaves the old file or the new one.
/// Throws Error naming the file if it cannot be written.
void write_safetensors(const std::string& path, const std::map<std::string, std::string>& metadata,
                       const std::vector<TensorData>& tensors);

}  // namespace tacho
