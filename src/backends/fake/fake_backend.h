// A device that does not exist: its latency is counted (a roofline and a launch time per kernel)
// and bent by a hash of each kernel, its outputs are made of the outputs' names. The same graph
// gets the same answers on every machine and in every release; for tests and for trying things out.
#pragma once

#include <memory>

#include "backends/backend.h"
#include "backends/spec.h"

namespace tacho {

/// Options: noise (relative standard deviation of a run), seed, fuse (0: operators are not fused),
/// fail (a pattern of graph names whose runs fail), how (they throw an Error; or crash, hang or eat
/// memory, to try out what holds that).
std::unique_ptr<Backend> open_fake_backend(const BackendSpec& spec);

}  // namespace tacho
