// What a built-in kernel type is declared with: a row of the table in builtin_kernels.cc.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "graph_ir/graph_builder.h"
#include "kernel_builder/catalogue.h"

namespace tacho {

/// A configuration's values by the names of the parameters.
class KernelValues {
 public:
  KernelValues(const std::vector<KernelParameter>& parameters, const std::vector<int64_t>& values)
      : parameters_(parameters), values_(values) {}
  int64_t operator[](std::string_view name) const {
    for (size_t i = 0; i < values_.size(); ++i) {
      if (parameters_[i].name == name) return values_[i];
    }
    return 0;
  }
  double real(std::string_view name) const { return static_cast<double>((*this)[name]); }

 private:
  const std::vector<KernelParameter>& parameters_;
  const std::vector<int64_t>& values_;
};

/// A kind of kernel: everything but its name.
struct KernelFamily {
  std::vector<KernelParameter> parameters;  ///< without the batch size, which all have
  /// Why the values do not fit together ("cout=10 is not a multiple of g=3"), empty if they do.
  /// Every value is at least its parameter's least.
  std::function<std::string(const KernelValues&)> misfit;
  std::function<KernelCost(const KernelValues&)> cost;
  /// From nothing to the outputs.
  std::function<std::vector<ValueId>(GraphBuilder&, const KernelValues&)> build;
};

struct KernelDeclaration {
  std::string name;
  std::string predictor;
  KernelFamily family;
  bool nnmeter = false;
};

/// All built-in types, in the order of `tacho kernel list`.
std::vector<KernelDeclaration> builtin_declarations();

}  // namespace tacho
