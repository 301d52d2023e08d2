// Which kernels a runtime still runs that folds multiplications by zero away.
//
// Searched cells and pruned branches switch a path off by multiplying it by zero. Some runtimes
// compute it all the same (PyTorch), some drop the multiplication and what only it needed (TFLite).
// What reads the zeros is run by both: measured latencies know no further folding.
#pragma once

#include <cstdint>
#include <vector>

#include "graph_ir/kernels.h"

namespace tacho {

/// Whether the node is a Mul or And by a constant of one element, which is known to be zero. (A
/// vector of zeros is a learned scale that nobody trained: evonorms in archives have such.) No pass
/// makes such a node part of a kernel, or a kernel of others.
bool multiplies_by_zero(const Graph& graph, const Node& node);

/// Per kernel: 1 if it is still run when multiplications by zero are folded, else 0. Live is what
/// reaches a graph output by edges that do not enter a multiplication by zero. Those themselves are
/// 0, and so are sums that at most one operand is left of, since they became identities; what feeds
/// them stays live. All 1 where nothing is multiplied by zero.
std::vector<uint8_t> live_kernels(const Graph& graph, const KernelGraph& kernels);

}  // namespace tacho
