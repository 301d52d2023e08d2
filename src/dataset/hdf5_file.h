// HDF5's C interface made safe: handles that close themselves, failures as Error, silence on
// stderr.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tacho::hdf5 {

/// Owns one HDF5 identifier.
class Handle {
 public:
  using Closer = herr_t (*)(hid_t);

  Handle() = default;
  /// Throws Error "<what>: <HDF5's own reason>" if `id` is negative: the call that made it failed.
  Handle(hid_t id, Closer closer, const std::string& what);
  ~Handle() { close(); }
  Handle(Handle&& other) noexcept
      : id_(std::exchange(other.id_, H5I_INVALID_HID)), closer_(other.closer_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(closer_, other.closer_);
    return *this;
  }

  hid_t id() const { return id_; }
  void close();

 private:
  hid_t id_ = H5I_INVALID_HID;
  Closer closer_ = nullptr;
};

/// Throws Error "<what>: <HDF5's own reason>" if a call's result is negative.
void check(herr_t result, const std::string& what);

/// An open file. Written in the format of HDF5 1.10, whose metadata carries checksums, so that most
/// damage is found by the library before it is believed.
Handle create_file(const std::string& path);
/// Throws Error for what is not there, is not HDF5, or is truncated; the text does not name the
/// file.
Handle open_file(const std::string& path, bool writable);
/// Everything written so far is on the disk afterwards.
void close_and_sync(Handle& file, const std::string& path);

/// Attributes of the root group. Reading throws Error for one that is missing or of another kind.
bool has_attribute(const Handle& file, const std::string& name);
void write_attribute(const Handle& file, const std::string& name, int64_t value);
void write_attribute(const Handle& file, const std::string& name,
                     const std::vector<std::string>& values);
int64_t read_integer_attribute(const Handle& file, const std::string& name);
std::vector<std::string> read_text_attribute(const Handle& file, const std::string& name);

/// Fixed-length, zero-padded text of `length` bytes.
Handle text_type(size_t length);

}  // namespace tacho::hdf5
