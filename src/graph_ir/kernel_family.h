// The coarse kind of a kernel: what the one-hot features tell apart.
#pragma once

#include <string_view>
#include <vector>

#include "graph_ir/graph.h"

namespace tacho {

/// All families, in the order of their feature columns.
const std::vector<std::string_view>& kernel_families();

/// The family of the kernel's root operator; "other" for those without one of their own.
std::string_view kernel_family(const Graph& graph, const Node& node);

}  // namespace tacho
