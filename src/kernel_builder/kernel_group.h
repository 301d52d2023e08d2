// Kernels that are measured together, taking turns, and how fast the machine was meanwhile.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/measure.h"
#include "kernel_builder/catalogue.h"
#include "kernel_builder/nnmeter_file.h"
#include "kernel_builder/workspace.h"

namespace tacho {

/// A kernel that runs along with every group, so that groups measured in a slow phase of the
/// machine (a neighbour on the same processor, a clock that drops) can be told: within a group all
/// are slow alike. It is the first that was measured, of any group.
class PaceKernel {
 public:
  /// Whether this pace is much slower than that of the faster groups so far: than one in four, so
  /// that a single fast moment sets no standard. No while there are few groups.
  bool slow(double pace_ms) const;

 private:
  friend struct KernelGroup;

  std::unique_ptr<CompiledModel> model_;
  std::vector<double> paces_ms_;  ///< of the groups so far, sorted
};

struct KernelGroup {
  struct Kernel {
    const WorkspaceEntry* entry = nullptr;
    KernelLatency latency;  ///< median and standard deviation of the runs
    std::string error;      ///< instead of a latency
  };

  size_t first = 0;  ///< index of the first of them
  std::vector<Kernel> kernels;
  double pace_ms = 0;  ///< of the pace kernel; 0 without one

  /// Compiles and measures entries from `first` on, at most `most` and as many as fit into memory
  /// together. `pace` may be null. What a runtime throws is a kernel's error.
  static KernelGroup measure(Backend& backend, const KernelType& type,
                             const std::vector<WorkspaceEntry>& entries, size_t first, size_t most,
                             const MeasureOptions& protocol, PaceKernel* pace);
};

}  // namespace tacho
