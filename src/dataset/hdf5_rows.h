// Rows of numbers or text in an HDF5 data set that can grow: chunked, shuffled, compressed,
// checksummed.
#pragma once

#include <string>
#include <vector>

#include "dataset/hdf5_file.h"

namespace tacho::hdf5 {

/// Longest text in a column of text, in bytes.
constexpr size_t kTextLength = 256;

/// How the rows of a data set look; `width` 0 is one value a row (rank 1), else `width` values
/// (rank 2).
struct RowLayout {
  std::string name;  ///< path in the file: "/graphs/batch"; groups are created as needed
  size_t width = 0;
};

/// Writes `values` from row `first_row` on and ends the data set there; creates it if it is not
/// there.
template <typename T>
void write_rows(const Handle& file, const RowLayout& layout, const std::vector<T>& values,
                size_t first_row = 0);

/// All rows, row-major. `file_bytes` bounds what is believed: no data set is larger than the best
/// compression could make of the whole file. Throws Error naming the data set: missing, of another
/// rank, width or kind, chunks missing or damaged.
template <typename T>
std::vector<T> read_rows(const Handle& file, const RowLayout& layout, size_t file_bytes);

// T is one of int32_t, int64_t, float, double, std::string (at most kTextLength bytes each).

}  // namespace tacho::hdf5
