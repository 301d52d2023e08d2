// The configurations of kernels in real networks and how often each occurs there: what samplers
// draw from.
//
// A file is CSV: `kernel,count`, a row per configuration in canonical text. Batch sizes are left
// out (but for fc, whose batch is its rows), so is whether a convolution has a batch norm or an
// activation: convolutions stand as conv, dwconv or gconv.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph_ir/kernels.h"
#include "kernel_builder/catalogue.h"

namespace tacho {

struct PriorEntry {
  std::vector<int64_t> values;  ///< in the order of the type's parameters
  int64_t count = 0;
};

class Prior {
 public:
  /// Throws Error naming file and line: no such kernel, a count below 1, no rows.
  static Prior read_file(const std::string& path);
  void write_file(const std::string& path) const;

  /// Under the name of the configuration's predictor. Batch sizes become 1.
  void add(const KernelConfig& config, int64_t count = 1);
  /// Rows of nn-Meter's layer tables: model,input_h,input_w,cin,cout,ks,stride[,groups] or
  /// model,cin,cout.
  void add_layers(const std::string& csv_path);
  /// Keeps the `most` most frequent configurations of each predictor.
  void trim(size_t most);

  /// Of the type's predictor, else (if there are few) of all types with the same parameters; empty
  /// if there are none of those either. `values` fit the parameters of `type`.
  std::vector<PriorEntry> entries(const KernelType& type) const;
  size_t size() const;

 private:
  std::map<std::string, std::map<std::vector<int64_t>, int64_t>>
      counts_;  ///< by representative type
};

}  // namespace tacho
