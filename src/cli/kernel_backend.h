// The backend that kernels are measured on.
#pragma once

#include <memory>
#include <vector>

#include "cli/backend_choice.h"
#include "kernel_builder/kernel_table.h"

namespace tacho {

struct KernelBackend {
  std::unique_ptr<Backend> backend;
  std::vector<MeasuredKernel> measured;  ///< all that a replay can answer; empty of other backends
};

/// choice.open(), but replay:file=TABLE reads what tacho kernel train does (kernel_table.h): any
/// table of measured kernels. Says on stderr which of its rows are left out.
KernelBackend open_kernel_backend(const BackendChoice& choice, const Catalogue& catalogue);

}  // namespace tacho
