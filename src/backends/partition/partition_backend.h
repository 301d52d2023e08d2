// A runtime and another beside it that computes what the first cannot, so that most models run.
#pragma once

#include <memory>

#include "backends/backend.h"
#include "backends/spec.h"

namespace tacho {

/// Options: of, the runtime; rest, which computes what that cannot (default: LibTorch in fp32 with
/// the same number of threads). Both must be able to run parts (Backend::takes_inputs). The
/// platform is another than either, named after both (joint_name.h), whatever the graph. Throws
/// Error (usage).
///
/// A graph that the first runs whole is left to it: what is asked for is that it runs, not that it
/// refuses nothing. Any other is cut (cut.h) into parts that alternate; a run is the sum of the
/// parts' runs and of what it takes to bring tensors from one to the other over the host, as
/// floats. split_off() tells which operators the other has; a graph of which the first has none is
/// refused.
std::unique_ptr<Backend> open_partition_backend(const BackendSpec& spec);
/// The same of two backends.
std::unique_ptr<Backend> partition(std::unique_ptr<Backend> of, std::unique_ptr<Backend> rest);

}  // namespace tacho
