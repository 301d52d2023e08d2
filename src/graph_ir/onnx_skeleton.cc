#include "graph_ir/onnx_skeleton.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "common/error.h"
#include "graph_ir/dtype.h"
#include "graph_ir/onnx_reader.h"

namespace tacho {
namespace {

constexpr int64_t kWindowBytes = 16 * 1024;
// The longest payload whose elements may be kept: integers of eight bytes, and a varint's worst
// case of ten.
constexpr int64_t kMaxIntPayload = 10 * static_cast<int64_t>(kMaxLiteralElements);
constexpr int64_t kMaxFloatPayload = 8 * static_cast<int64_t>(kMaxFloatLiteral);
// No name or other text that we look at is longer; longer ones are left out, which the reader then
// reports.
constexpr int64_t kMaxText = 1 << 20;
// More names and attributes than any network has.
constexpr size_t kMaxSkeleton = size_t{256} << 20;

class FileWindow {
 public:
  explicit FileWindow(const std::string& path) : buffer_(kWindowBytes) {
    fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd_ < 0) throw Error(std::string("cannot open: ") + std::strerror(errno));
    struct stat info {};
    if (::fstat(fd_, &info) != 0 || !S_ISREG(info.st_mode)) {
      ::close(fd_);
      throw Error(S_ISDIR(info.st_mode) ? "is a folder, not a file" : "is not a regular file");
    }
    size_ = info.st_size;
  }
  ~FileWindow() { ::close(fd_); }
  FileWindow(const FileWindow&) = delete;
  FileWindow& operator=(const FileWindow&) = delete;

  int64_t size() const { return size_; }

  uint8_t byte(int64_t offset) {
    if (offset < begin_ || offset >= end_) {
      begin_ = offset;
      end_ = offset + read(offset, buffer_.data(), std::min(kWindowBytes, size_ - offset));
    }
    return buffer_[static_cast<size_t>(offset - begin_)];
  }

  /// Appends file bytes [offset, offset + count) to `out`.
  void append(int64_t offset, int64_t count, std::string& out) {
    const int64_t cached = std::clamp<int64_t>(end_ - offset, 0, count);
    if (offset >= begin_ && cached > 0) {
      out.append(reinterpret_cast<const char*>(buffer_.data()) + (offset - begin_),
                 static_cast<size_t>(cached));
      offset += cached;
      count -= cached;
    }
    if (count == 0) return;
    const size_t before = out.size();
    out.resize(before + static_cast<size_t>(count));
    read(offset, reinterpret_cast<uint8_t*>(out.data()) + before, count);
  }

 private:
  int64_t read(int64_t offset, uint8_t* to, int64_t count) {
    int64_t done = 0;
    while (done < count) {
      const ssize_t n = ::pread(fd_, to + done, static_cast<size_t>(count - done), offset + done);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) throw Error(std::string("cannot read: ") + std::strerror(errno));
      if (n == 0) throw Error("the file shrank while it was read");
      done += n;
    }
    return count;
  }

  int fd_ = -1;
  int64_t size_ = 0;
  int64_t begin_ = 0, end_ = 0;  // file range in buffer_
  std::vector<uint8_t> buffer_;
};

// A file in memory, seen as FileWindow sees one on disk.
class Bytes {
 public:
  explicit Bytes(ByteSpan bytes) : bytes_(bytes) {}

  uint8_t byte(int64_t offset) const { return bytes_.data[offset]; }
  void append(int64_t offset, int64_t count, std::string& out) const {
    out.append(reinterpret_cast<const char*>(bytes_.data) + offset, static_cast<size_t>(count));
  }

 private:
  ByteSpan bytes_;
};

// The messages that the reader looks into, and of each the fields that it reads: all others (doc
// strings, metadata, functions, training information) stay in the file.
enum class Kind { kModel, kGraph, kNode, kAttribute, kTensor, kValueInfo, kLeaf };

bool is_read(Kind kind, uint64_t field) {
  constexpr auto fields = [](std::initializer_list<uint64_t> list) {
    uint64_t mask = 0;
    for (const uint64_t f : list) mask |= uint64_t{1} << f;
    return mask;
  };
  uint64_t mask = 0;
  switch (kind) {
    case Kind::kModel:
      mask = fields({1, 7, 8});
      break;
    case Kind::kGraph:
      mask = fields({1, 2, 5, 11, 12, 13, 15});
      break;
    case Kind::kNode:
      mask = fields({1, 2, 3, 4, 5, 7});
      break;
    case Kind::kAttribute:
      mask = fields({1, 2, 3, 4, 5, 6, 7, 8, 11, 22});
      break;
    case Kind::kTensor:
      mask = fields({1, 2, 4, 5, 7, 8, 9, 10, 11, 13, 14});
      break;
    case Kind::kValueInfo:
      mask = fields({1, 2});
      break;
    case Kind::kLeaf:
      return true;
  }
  return field < 64 && (mask >> field & 1) != 0;
}

Kind kind_of(Kind parent, uint64_t field) {
  switch (parent) {
    case Kind::kModel:
      return field == 7 ? Kind::kGraph : Kind::kLeaf;
    case Kind::kGraph:
      return field == 1                  ? Kind::kNode
             : field == 5                ? Kind::kTensor
             : field >= 11 && field < 14 ? Kind::kValueInfo
                                         : Kind::kLeaf;
    case Kind::kNode:
      return field == 5 ? Kind::kAttribute : Kind::kLeaf;
    case Kind::kAttribute:
      return field == 5 ? Kind::kTensor : Kind::kLeaf;
    case Kind::kTensor:
    case Kind::kValueInfo:
    case Kind::kLeaf:
      return Kind::kLeaf;
  }
  return Kind::kLeaf;
}

bool is_payload(uint64_t field) {
  return field == 4 || field == 5 || field == 7 || field == 9 || field == 10 || field == 11;
}

void append_varint(uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

template <typename File>
class Stripper {
 public:
  explicit Stripper(File& file) : file_(file) {}

  std::string strip(int64_t size) {
    message(Kind::kModel, 0, size);
    return std::move(out_);
  }

 private:
  // Appends what is read of the message's fields. Fields side by side are copied in one piece.
  void message(Kind kind, int64_t at, int64_t end) {
    DType dtype = DType::kUnknown;
    int64_t kept = at;  // from here to the field that is looked at, nothing was written yet
    const auto write_up_to = [&](int64_t field_begin) {
      if (field_begin > kept) file_.append(kept, field_begin - kept, out_);
    };
    while (at < end) {
      const int64_t field_begin = at;
      const uint64_t key = varint(at, end), field = key >> 3;
      switch (key & 7) {
        case 0: {
          const uint64_t value = varint(at, end);
          if (kind == Kind::kTensor && field == 2) dtype = static_cast<DType>(value);
          break;
        }
        case 1:
          at += 8;
          break;
        case 5:
          at += 4;
          break;
        case 2: {
          const uint64_t size = varint(at, end);
          if (size > static_cast<uint64_t>(end - at))
            fail("a field that reaches past its end (truncated?)");
          const int64_t payload = at;
          at += static_cast<int64_t>(size);
          if (!is_read(kind, field)) break;
          if (const Kind inner = kind_of(kind, field); inner != Kind::kLeaf) {
            write_up_to(field_begin);
            append_varint(key, out_);
            nested(inner, payload, at);
            kept = at;
            continue;
          }
          const int64_t limit = kind != Kind::kTensor || !is_payload(field) ? kMaxText
                                : is_float(dtype)                           ? kMaxFloatPayload
                                                                            : kMaxIntPayload;
          if (static_cast<int64_t>(size) > limit) {
            if (limit == kMaxText)
              throw Error("a name or attribute of over a megabyte; the file is damaged");
            write_up_to(field_begin);
            kept = at;
            continue;
          }
          break;
        }
        default:
          fail("wire type " + std::to_string(key & 7));
      }
      if (at > end) fail("a number cut short (truncated?)");
      if (!is_read(kind, field)) {
        write_up_to(field_begin);
        kept = at;
      }
      check_size(at - kept);
    }
    write_up_to(end);
  }

  // A message with its length in front, which is known only when it is written: room is left for
  // the longest, and closed up.
  void nested(Kind kind, int64_t at, int64_t end) {
    constexpr size_t kRoom = 10;
    const size_t begin = out_.size();
    out_.append(kRoom, '\0');
    message(kind, at, end);
    std::string length;
    append_varint(out_.size() - begin - kRoom, length);
    out_.replace(begin, kRoom, length);
  }

  void check_size(int64_t unwritten) const {
    if (out_.size() + static_cast<size_t>(unwritten) > kMaxSkeleton) {
      throw Error("over 256 MB of names and attributes; the file is damaged");
    }
  }

  [[noreturn]] static void fail(const std::string& what) {
    throw Error("not a valid ONNX file: its protobuf encoding has " + what);
  }

  uint64_t varint(int64_t& at, int64_t end) {
    uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at >= end) fail("a number cut short (truncated?)");
      const uint8_t byte = file_.byte(at++);
      if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    fail("a number of more than ten bytes");
  }

  File& file_;
  std::string out_;
};

}  // namespace

std::string read_onnx_skeleton(const std::string& path) {
  FileWindow file(path);
  return Stripper(file).strip(file.size());
}

std::string onnx_skeleton(ByteSpan file) {
  Bytes bytes(file);
  return Stripper(bytes).strip(static_cast<int64_t>(file.size));
}

}  // namespace tacho
