// A graph prepared for LibTorch and run.
#pragma once

#include "backends/backend.h"
#include "backends/libtorch/step.h"

namespace tacho::libtorch {

/// One line per node that the executor cannot run and per value of a type it has not.
std::vector<std::string> refusals(const Graph& graph);

/// Nodes run in topological order, each as one ATen call (some as a few), as a PyTorch program of
/// the same operators would in eager mode; a tensor goes when its last reader has run. What depends
/// on constants alone is computed once, here. Runs in inference mode with `threads` threads.
/// Throws Error naming a node that cannot be run.
std::unique_ptr<CompiledModel> prepare(const Graph& graph, int threads);

/// The same graph with every float32 in bfloat16, its inputs included. Which operators ATen has no
/// bfloat16 for, it says only when they run.
Graph in_bfloat16(Graph graph);

/// For ATen's own threads and OpenBLAS's.
void use_threads(int threads);

}  // namespace tacho::libtorch
