#include "common/safetensors.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <tuple>

#include "common/error.h"
#include "common/side_file.h"

namespace tacho {
namespace {

using nlohmann::json;

constexpr size_t kLengthBytes = 8;
// Ours are 10 to 50 KB. The format allows 100 MB, which would cost over 1 GB as parsed JSON.
constexpr uint64_t kMaxHeaderBytes = 16u << 20;
constexpr int64_t kMaxElements = int64_t{1} << 40;

struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;
  std::string name;
};

uint64_t little_endian(const uint8_t* bytes) {
  uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | bytes[i];
  return value;
}

TensorShape read_shape(const json& entry, const std::string& name) {
  TensorShape shape;
  int64_t count = 1;
  for (const json& dim : entry.at("shape")) {
    if (!dim.is_number_unsigned()) throw Error("tensor " + name + ": shape is not a list of sizes");
    const uint64_t size = dim.get<uint64_t>();
    if (size > static_cast<uint64_t>(kMaxElements) ||
        (size > 0 && count > kMaxElements / static_cast<int64_t>(size))) {
      throw Error("tensor " + name + ": shape is larger than any file");
    }
    shape.push_back(static_cast<int64_t>(size));
    count *= static_cast<int64_t>(size);
  }
  return shape;
}

Range read_range(const json& entry, const std::string& name, const TensorShape& shape) {
  const json& offsets = entry.at("data_offsets");
  if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
      !offsets[1].is_number_unsigned()) {
    throw Error("tensor " + name + ": data_offsets are not two byte offsets");
  }
  Range range{offsets[0].get<uint64_t>(), offsets[1].get<uint64_t>(), name};
  const uint64_t expected = static_cast<uint64_t>(element_count(shape)) * sizeof(float);
  if (range.end < range.begin || range.end - range.begin != expected) {
    throw Error("tensor " + name + ": data_offsets do not fit its shape " + shape_text(shape));
  }
  return range;
}

/// The format wants the ranges to cover the data exactly.
void check_ranges(std::vector<Range> ranges, uint64_t data_bytes) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  uint64_t covered = 0;
  for (const Range& range : ranges) {
    if (range.end > data_bytes) {
      throw Error("tensor " + range.name + " ends past the file's end: the file is truncated");
    }
    if (range.begin != covered) {
      throw Error("tensor " + range.name + " overlaps another or leaves a hole before it");
    }
    covered = range.end;
  }
  if (covered != data_bytes) throw Error("bytes after the last tensor");
}

json parse_header(const ByteSpan& bytes) {
  if (bytes.size < kLengthBytes) throw Error("too short for a safetensors file");
  const uint64_t length = little_endian(bytes.data);
  if (length > bytes.size - kLengthBytes || length > kMaxHeaderBytes) {
    throw Error("not a safetensors file, or truncated: its header would take " +
                std::to_string(length) + " bytes");
  }
  const char* text = reinterpret_cast<const char*>(bytes.data) + kLengthBytes;
  json header = json::parse(text, text + length, nullptr, /*allow_exceptions=*/false);
  if (!header.is_object()) throw Error("not a safetensors file: its header is not a JSON object");
  return header;
}

}  // namespace

std::string shape_text(const TensorShape& shape) {
  std::string text;
  for (int64_t dim : shape) text += (text.empty() ? "" : " × ") + std::to_string(dim);
  return text.empty() ? "scalar" : text;
}

int64_t element_count(const TensorShape& shape) {
  int64_t count = 1;
  for (int64_t dim : shape) count *= dim;
  return count;
}

SafetensorsFile::SafetensorsFile(const std::string& path) : path_(path) {
  file_ = std::make_unique<MappedFile>(path);
  with_context(path, [&] {
    const ByteSpan bytes = file_->bytes();
    const json header = parse_header(bytes);
    const uint64_t header_bytes = kLengthBytes + little_endian(bytes.data);
    const uint8_t* data = bytes.data + header_bytes;
    const uint64_t data_bytes = bytes.size - header_bytes;

    std::vector<Range> ranges;
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") {
        for (const auto& [key, value] : entry.items()) metadata_[key] = value.get<std::string>();
        continue;
      }
      if (!entry.is_object()) throw Error("tensor " + name + ": not described by a JSON object");
      if (entry.at("dtype") != "F32") {
        throw Error("tensor " + name + ": dtype is " + entry.at("dtype").dump() +
                    ", only F32 is read");
      }
      const TensorShape shape = read_shape(entry, name);
      ranges.push_back(read_range(entry, name, shape));
      tensors_[name].shape = shape;
    }
    check_ranges(ranges, data_bytes);
    if (reinterpret_cast<uintptr_t>(data) % alignof(float) != 0) {
      realigned_.resize(data_bytes / sizeof(float));
      std::memcpy(realigned_.data(), data, realigned_.size() * sizeof(float));
      data = reinterpret_cast<const uint8_t*>(realigned_.data());
    }
    for (const Range& range : ranges) {
      tensors_[range.name].data = reinterpret_cast<const float*>(data + range.begin);
    }
  });
}

const TensorView& SafetensorsFile::tensor(const std::string& name, const TensorShape& shape) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) throw Error(path_ + ": tensor " + name + " is missing");
  if (found->second.shape != shape) {
    throw Error(path_ + ": tensor " + name + " is " + shape_text(found->second.shape) + ", not " +
                shape_text(shape));
  }
  return found->second;
}

const std::string& SafetensorsFile::metadata_text(const std::string& key) const {
  const auto found = metadata_.find(key);
  if (found == metadata_.end()) throw Error(path_ + ": metadata \"" + key + "\" is missing");
  return found->second;
}

void write_safetensors(const std::string& path, const std::map<std::string, std::string>& metadata,
                       const std::vector<TensorData>& tensors) {
  json header = json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  uint64_t offset = 0;
  for (const TensorData& tensor : tensors) {
    const uint64_t end = offset + tensor.values.size() * sizeof(float);
    header[tensor.name] = {
        {"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // keeps the tensors aligned in the map

  SideFile side(path);
  std::ofstream& out = side.stream();
  char length[kLengthBytes];
  for (size_t i = 0; i < kLengthBytes; ++i) length[i] = static_cast<char>(text.size() >> (8 * i));
  out.write(length, kLengthBytes);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  for (const TensorData& tensor : tensors) {
    out.write(reinterpret_cast<const char*>(tensor.values.data()),
              static_cast<std::streamsize>(tensor.values.size() * sizeof(float)));
  }
  side.put_in_place();
}

}  // namespace tacho
