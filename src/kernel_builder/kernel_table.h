// Measured kernels as they travel in files.
#pragma once

#include <string>
#include <vector>

#include "kernel_builder/catalogue.h"

namespace tacho {

struct MeasuredKernel {
  KernelConfig config;
  std::string platform;
  double latency_ms = 0;
};

struct KernelTable {
  std::vector<MeasuredKernel> rows;
  std::vector<std::string> files;         ///< what was read
  size_t left_out = 0;                    ///< rows that could not be used
  std::vector<std::string> left_out_why;  ///< "conv.csv:17: …", the first ten of them
};

struct KernelTableOptions {
  std::string kernel;    ///< of the second form below; empty: from the file's name
  std::string platform;  ///< of rows that name none
};

/// Appends a CSV file in one of two forms. Its rows without a positive latency (failed profiles) or
/// without a valid configuration are left out and counted; throws Error if it is in neither form,
/// if its kernel is not known, or if no row is left.
///   kernel,platform,latency_ms          `kernel` (or `graph`, as recordings have it) is canonical
///                                       text, the platform may be left out,
///   "conv:hw=56,cin=24,cout=64,k=3" device,latency_ms,<configuration>   a kernel per file: conv
///   (b,cin,cout,kernel,hw,stride,
///       padding), linear (b,m,n,k: fc of b·m rows), bmm (b,m,n,k: matmul), softmax, ln, add, mul,
///       relu, gelu, tanh, … (b rows of h), or any kernel of the catalogue whose parameters' names
///       are columns. The file's name says which, or `kernel`.
void read_kernel_csv(const std::string& path, const KernelTableOptions& options,
                     const Catalogue& catalogue, KernelTable& table);

/// Appends a JSON file of nn-Meter's builder, profiled_<kernel>.json. It names no platform:
/// `options.platform` must be given. Entries without a valid latency are left out as above.
void read_nnmeter_profile(const std::string& path, const KernelTableOptions& options,
                          const Catalogue& catalogue, KernelTable& table);

/// Rows of the same configuration on the same platform become one, their mean; order of first
/// appearance.
std::vector<MeasuredKernel> mean_of_duplicates(const std::vector<MeasuredKernel>& rows);

/// A digest of the rows that does not depend on their order: 16 hexadecimal digits.
std::string digest_of(const std::vector<MeasuredKernel>& rows, const Catalogue& catalogue);

}  // namespace tacho
