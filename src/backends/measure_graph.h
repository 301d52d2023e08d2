// From a graph as a file has it to the one that a backend is given.
#pragma once

#include "backends/backend.h"
#include "backends/measure.h"
#include "graph_ir/graph.h"

namespace tacho {

/// The inferred graph with the operators that exporters spell out named again (layer and group
/// norm, GELU, SiLU, hard swish, Mish), since a model's author wrote one operator and a runtime has
/// a kernel for it; as it is where the backend does not run it with those, or splits more off.
/// Throws Error (unsupported) with the first reason if the backend runs neither.
Graph runnable_graph(const Backend& backend, const Graph& graph);

/// Compiles runnable_graph() and measures it.
Timing measure_graph(Backend& backend, const Graph& graph, const MeasureOptions& options = {});

}  // namespace tacho
