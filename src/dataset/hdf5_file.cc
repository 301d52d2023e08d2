#include "dataset/hdf5_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "common/error.h"

namespace tacho::hdf5 {
namespace {

constexpr size_t kMaxTextLength = 4096;
constexpr hssize_t kMaxAttributeElements = 4096;

/// HDF5 prints its error stack to stderr unless told not to; the setting is per thread.
void silence() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

herr_t keep_innermost(unsigned depth, const H5E_error2_t* entry, void* text) {
  if (depth == 0 && entry->desc != nullptr) *static_cast<std::string*>(text) = entry->desc;
  return 0;
}

/// What the library says about the last failure, on one line.
std::string library_reason() {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &reason);
  std::replace(reason.begin(), reason.end(), '\n', ' ');
  return reason.empty() ? "HDF5 gives no reason" : reason;
}

Handle access_list() {
  Handle list(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "file access list");
  check(H5Pset_libver_bounds(list.id(), H5F_LIBVER_V110, H5F_LIBVER_V110), "file format");
  return list;
}

Handle open_attribute(const Handle& file, const std::string& name) {
  if (!has_attribute(file, name)) throw Error("no attribute '" + name + "'");
  return Handle(H5Aopen(file.id(), name.c_str(), H5P_DEFAULT), H5Aclose,
                "attribute '" + name + "'");
}

}  // namespace

Handle::Handle(hid_t id, Closer closer, const std::string& what) : id_(id), closer_(closer) {
  if (id < 0) throw Error(what + ": " + library_reason());
}

void Handle::close() {
  if (id_ >= 0) closer_(id_);
  id_ = H5I_INVALID_HID;
}

void check(herr_t result, const std::string& what) {
  if (result < 0) throw Error(what + ": " + library_reason());
}

Handle create_file(const std::string& path) {
  silence();
  const Handle access = access_list();
  return Handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id()), H5Fclose,
                "cannot create");
}

Handle open_file(const std::string& path, bool writable) {
  silence();
  const Handle access = access_list();
  return Handle(H5Fopen(path.c_str(), writable ? H5F_ACC_RDWR : H5F_ACC_RDONLY, access.id()),
                H5Fclose, "not an HDF5 file, or damaged");
}

void close_and_sync(Handle& file, const std::string& path) {
  check(H5Fflush(file.id(), H5F_SCOPE_GLOBAL), "cannot write");
  file.close();
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int problem = errno;
  if (fd >= 0) ::close(fd);
  if (!synced) throw Error(std::string("cannot write: ") + std::strerror(problem));
}

bool has_attribute(const Handle& file, const std::string& name) {
  return H5Aexists(file.id(), name.c_str()) > 0;
}

void write_attribute(const Handle& file, const std::string& name, int64_t value) {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, name);
  const Handle attribute(
      H5Acreate2(file.id(), name.c_str(), H5T_STD_I64LE, space.id(), H5P_DEFAULT, H5P_DEFAULT),
      H5Aclose, name);
  check(H5Awrite(attribute.id(), H5T_NATIVE_INT64, &value), name);
}

void write_attribute(const Handle& file, const std::string& name,
                     const std::vector<std::string>& values) {
  size_t length = 1;
  for (const std::string& value : values) length = std::max(length, value.size());
  std::string packed(length * values.size(), '\0');
  for (size_t i = 0; i < values.size(); ++i) values[i].copy(&packed[i * length], length);

  const hsize_t count = values.size();
  const Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose, name);
  const Handle type = text_type(length);
  const Handle attribute(
      H5Acreate2(file.id(), name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT),
      H5Aclose, name);
  check(H5Awrite(attribute.id(), type.id(), packed.data()), name);
}

int64_t read_integer_attribute(const Handle& file, const std::string& name) {
  const Handle attribute = open_attribute(file, name);
  const Handle type(H5Aget_type(attribute.id()), H5Tclose, name);
  const Handle space(H5Aget_space(attribute.id()), H5Sclose, name);
  if (H5Tget_class(type.id()) != H5T_INTEGER || H5Sget_simple_extent_npoints(space.id()) != 1) {
    throw Error("attribute '" + name + "' is not an integer");
  }
  int64_t value = 0;
  check(H5Aread(attribute.id(), H5T_NATIVE_INT64, &value), "attribute '" + name + "'");
  return value;
}

std::vector<std::string> read_text_attribute(const Handle& file, const std::string& name) {
  const Handle attribute = open_attribute(file, name);
  const Handle type(H5Aget_type(attribute.id()), H5Tclose, name);
  const Handle space(H5Aget_space(attribute.id()), H5Sclose, name);
  const hssize_t count = H5Sget_simple_extent_npoints(space.id());
  const size_t length = H5Tget_size(type.id());
  if (H5Tget_class(type.id()) != H5T_STRING || H5Tis_variable_str(type.id()) != 0 || count < 0 ||
      count > kMaxAttributeElements || length == 0 || length > kMaxTextLength) {
    throw Error("attribute '" + name + "' is not a list of fixed-length text");
  }
  std::vector<char> packed(static_cast<size_t>(count) * length);
  const Handle memory_type = text_type(length);
  if (count > 0) {
    check(H5Aread(attribute.id(), memory_type.id(), packed.data()), "attribute '" + name + "'");
  }
  std::vector<std::string> values;
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    const char* value = &packed[i * length];
    values.emplace_back(value, ::strnlen(value, length));
  }
  return values;
}

Handle text_type(size_t length) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "text type");
  check(H5Tset_size(type.id(), length), "text type");
  check(H5Tset_strpad(type.id(), H5T_STR_NULLPAD), "text type");
  return type;
}

}  // namespace tacho::hdf5
