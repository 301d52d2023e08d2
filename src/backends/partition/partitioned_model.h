// The pieces of a plan, run one after the other, with the tensors that go from one to another.
#pragma once

#include <memory>
#include <vector>

#include "backends/backend.h"
#include "backends/partition/plan.h"

namespace tacho {

/// A run takes what its pieces and the copies between them take. `first` and `rest` must outlive
/// it.
std::unique_ptr<CompiledModel> compile_pieces(const Graph& graph, const std::vector<Piece>& pieces,
                                              Backend& first, Backend& rest);

}  // namespace tacho
