#include "dataset/hdf5_rows.h"

#include <algorithm>
#include <cstring>

#include "common/error.h"

namespace tacho::hdf5 {
namespace {

constexpr hsize_t kChunkBytes = 256 << 10;
constexpr hsize_t kMaxChunkBytes = 64 << 20;
constexpr int kGzipLevel = 4;
/// Deflate never does better than 1032:1 (zlib's technical details).
constexpr size_t kBestCompression = 1032;

/// The type a value has in the file, in memory, and what HDF5 calls its kind.
struct ElementType {
  Handle in_file;
  Handle in_memory;
  H5T_class_t kind;
  size_t bytes;
};

ElementType number_type(hid_t in_file, hid_t in_memory, H5T_class_t kind, size_t bytes) {
  return {Handle(H5Tcopy(in_file), H5Tclose, "type"), Handle(H5Tcopy(in_memory), H5Tclose, "type"),
          kind, bytes};
}

template <typename T>
ElementType element_type();
template <>
ElementType element_type<int32_t>() {
  return number_type(H5T_STD_I32LE, H5T_NATIVE_INT32, H5T_INTEGER, 4);
}
template <>
ElementType element_type<int64_t>() {
  return number_type(H5T_STD_I64LE, H5T_NATIVE_INT64, H5T_INTEGER, 8);
}
template <>
ElementType element_type<float>() {
  return number_type(H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, H5T_FLOAT, 4);
}
template <>
ElementType element_type<double>() {
  return number_type(H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, H5T_FLOAT, 8);
}
template <>
ElementType element_type<std::string>() {
  return {text_type(kTextLength), text_type(kTextLength), H5T_STRING, kTextLength};
}

Handle create_rows(const Handle& file, const RowLayout& layout, const ElementType& type) {
  const int rank = layout.width == 0 ? 1 : 2;
  const hsize_t width = std::max<hsize_t>(1, layout.width);
  const hsize_t extent[2] = {0, width};
  const hsize_t limit[2] = {H5S_UNLIMITED, width};
  const hsize_t chunk[2] = {std::max<hsize_t>(1, kChunkBytes / (width * type.bytes)), width};
  const Handle space(H5Screate_simple(rank, extent, limit), H5Sclose, layout.name);

  const Handle how(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, layout.name);
  check(H5Pset_chunk(how.id(), rank, chunk), layout.name);
  check(H5Pset_shuffle(how.id()), layout.name);
  check(H5Pset_deflate(how.id(), kGzipLevel), layout.name);
  check(H5Pset_fletcher32(how.id()), layout.name);
  const Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose, layout.name);
  check(H5Pset_create_intermediate_group(links.id(), 1), layout.name);
  return Handle(H5Dcreate2(file.id(), layout.name.c_str(), type.in_file.id(), space.id(),
                           links.id(), how.id(), H5P_DEFAULT),
                H5Dclose, layout.name);
}

bool is_there(const Handle& file, const std::string& name) {
  for (size_t at = 1; at != 0; ++at) {  // every group on the way, then the data set
    at = name.find('/', at);
    if (H5Lexists(file.id(), name.substr(0, at).c_str(), H5P_DEFAULT) <= 0) return false;
    if (at == std::string::npos) return true;
  }
  return true;
}

void write_values(const Handle& file, const RowLayout& layout, const ElementType& type,
                  const void* values, hsize_t rows, hsize_t first_row) {
  const Handle data =
      is_there(file, layout.name)
          ? Handle(H5Dopen2(file.id(), layout.name.c_str(), H5P_DEFAULT), H5Dclose, layout.name)
          : create_rows(file, layout, type);
  const int rank = layout.width == 0 ? 1 : 2;
  const hsize_t width = std::max<hsize_t>(1, layout.width);
  const hsize_t extent[2] = {first_row + rows, width};
  check(H5Dset_extent(data.id(), extent), layout.name);
  if (rows == 0) return;

  const hsize_t start[2] = {first_row, 0};
  const hsize_t count[2] = {rows, width};
  const Handle to(H5Dget_space(data.id()), H5Sclose, layout.name);
  check(H5Sselect_hyperslab(to.id(), H5S_SELECT_SET, start, nullptr, count, nullptr), layout.name);
  const Handle from(H5Screate_simple(rank, count, nullptr), H5Sclose, layout.name);
  check(H5Dwrite(data.id(), type.in_memory.id(), from.id(), to.id(), H5P_DEFAULT, values),
        layout.name);
}

/// An open data set whose layout is what we expect and whose size the file can hold.
struct OpenRows {
  Handle data;
  size_t values = 0;
};

/// Throws Error unless every chunk of the `rows` is in the file: absent ones would read as zeros.
void check_chunks(const Handle& data, const RowLayout& layout, const ElementType& type,
                  hsize_t rows) {
  const Handle how(H5Dget_create_plist(data.id()), H5Pclose, layout.name);
  if (H5Pget_layout(how.id()) != H5D_CHUNKED) throw Error(layout.name + ": is not chunked");
  hsize_t chunk[2] = {1, 1};
  check(H5Pget_chunk(how.id(), 2, chunk), layout.name);
  const hsize_t width = std::max<hsize_t>(1, layout.width);
  if (chunk[0] == 0 || chunk[1] != (layout.width == 0 ? 1 : width) ||
      chunk[0] > kMaxChunkBytes / (width * type.bytes)) {
    throw Error(layout.name + ": chunks of a size that this program does not write; damaged");
  }
  const Handle space(H5Dget_space(data.id()), H5Sclose, layout.name);
  hsize_t chunks = 0;
  check(H5Dget_num_chunks(data.id(), space.id(), &chunks), layout.name);
  if (chunks < (rows + chunk[0] - 1) / chunk[0]) {
    throw Error(layout.name + ": part of its data is missing; damaged");
  }
}

OpenRows open_rows(const Handle& file, const RowLayout& layout, const ElementType& type,
                   size_t file_bytes) {
  if (!is_there(file, layout.name)) throw Error("no data set " + layout.name);
  OpenRows rows;
  rows.data = Handle(H5Dopen2(file.id(), layout.name.c_str(), H5P_DEFAULT), H5Dclose, layout.name);
  const Handle stored(H5Dget_type(rows.data.id()), H5Tclose, layout.name);
  if (H5Tget_class(stored.id()) != type.kind ||
      (type.kind == H5T_STRING && H5Tis_variable_str(stored.id()) != 0) ||
      H5Tget_size(stored.id()) > type.bytes) {
    throw Error(layout.name + ": values of another type than this program writes");
  }
  const Handle space(H5Dget_space(rows.data.id()), H5Sclose, layout.name);
  const int rank = layout.width == 0 ? 1 : 2;
  hsize_t extent[2] = {0, 1};
  if (H5Sget_simple_extent_ndims(space.id()) != rank ||
      H5Sget_simple_extent_dims(space.id(), extent, nullptr) != rank ||
      (rank == 2 && extent[1] != layout.width)) {
    throw Error(layout.name + ": not " + std::to_string(std::max<size_t>(1, layout.width)) +
                " values a row");
  }
  if (extent[0] / kBestCompression > file_bytes / (extent[1] * type.bytes) + 1) {
    throw Error(layout.name + ": claims more rows than the file can hold; damaged");
  }
  check_chunks(rows.data, layout, type, extent[0]);
  rows.values = static_cast<size_t>(extent[0] * extent[1]);
  return rows;
}

void read_values(const OpenRows& rows, const RowLayout& layout, const ElementType& type,
                 void* values) {
  if (rows.values == 0) return;
  check(H5Dread(rows.data.id(), type.in_memory.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values),
        layout.name);
}

}  // namespace

template <typename T>
void write_rows(const Handle& file, const RowLayout& layout, const std::vector<T>& values,
                size_t first_row) {
  const size_t rows = values.size() / std::max<size_t>(1, layout.width);
  write_values(file, layout, element_type<T>(), values.data(), rows, first_row);
}

template <>
void write_rows(const Handle& file, const RowLayout& layout, const std::vector<std::string>& values,
                size_t first_row) {
  std::vector<char> packed(values.size() * kTextLength);
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i].size() > kTextLength) {
      throw Error(layout.name + ": '" + values[i].substr(0, 40) + "…' is longer than " +
                  std::to_string(kTextLength) + " bytes");
    }
    values[i].copy(&packed[i * kTextLength], kTextLength);
  }
  write_values(file, layout, element_type<std::string>(), packed.data(), values.size(), first_row);
}

template <typename T>
std::vector<T> read_rows(const Handle& file, const RowLayout& layout, size_t file_bytes) {
  const ElementType type = element_type<T>();
  const OpenRows rows = open_rows(file, layout, type, file_bytes);
  std::vector<T> values(rows.values);
  read_values(rows, layout, type, values.data());
  return values;
}

template <>
std::vector<std::string> read_rows(const Handle& file, const RowLayout& layout, size_t file_bytes) {
  const ElementType type = element_type<std::string>();
  const OpenRows rows = open_rows(file, layout, type, file_bytes);
  std::vector<char> packed(rows.values * kTextLength);
  read_values(rows, layout, type, packed.data());
  std::vector<std::string> values;
  values.reserve(rows.values);
  for (size_t i = 0; i < rows.values; ++i) {
    const char* value = &packed[i * kTextLength];
    values.emplace_back(value, ::strnlen(value, kTextLength));
  }
  return values;
}

template void write_rows(const Handle&, const RowLayout&, const std::vector<int32_t>&, size_t);
template void write_rows(const Handle&, const RowLayout&, const std::vector<int64_t>&, size_t);
template void write_rows(const Handle&, const RowLayout&, const std::vector<float>&, size_t);
template void write_rows(const Handle&, const RowLayout&, const std::vector<double>&, size_t);
template std::vector<int32_t> read_rows(const Handle&, const RowLayout&, size_t);
template std::vector<int64_t> read_rows(const Handle&, const RowLayout&, size_t);
template std::vector<float> read_rows(const Handle&, const RowLayout&, size_t);
template std::vector<double> read_rows(const Handle&, const RowLayout&, size_t);

}  // namespace tacho::hdf5
