// Tells graphs apart that a plan is made for.
#pragma once

#include <cstdint>

#include "graph_ir/graph.h"

namespace tacho {

/// Of all that a plan and its parts depend on: ids, names and attributes included, unlike the
/// latency database's hash of what a graph computes.
uint64_t fingerprint(const Graph& graph);

}  // namespace tacho
