// A graph as OpenCV's DNN module runs it: written as ONNX, read by its importer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backends/backend.h"

namespace tacho::opencv {

/// Those that its importer has, of the version that this was compiled with.
std::vector<Op> operators();

/// Why the importer does not take the graph, or what it does not compute shapes for.
std::vector<std::string> refusals(const Graph& graph);

/// Throws Error with the first refusal. The network is fused and allocated by the first run, as
/// OpenCV does it.
std::unique_ptr<CompiledModel> prepare(const Graph& graph);

}  // namespace tacho::opencv
