// A graph for runtimes that read ONNX files. Belongs to plugins: it needs the ONNX writer.
#pragma once

#include <string>
#include <vector>

#include "backends/backend.h"
#include "graph_ir/graph.h"
#include "graph_ir/made_up_tensors.h"

namespace tacho {

/// Why the graph cannot be such a file, one line per node: an operator that ONNX does not have, or
/// has only in a later opset than the graph's.
std::vector<std::string> without_onnx_form(const Graph& graph);

/// The operators that ONNX has, at the opset that its library here knows.
std::vector<Op> onnx_operators();

/// The file's bytes: shapes fixed as they were inferred, constants without elements made up
/// (graph_ir/made_up_tensors.h). Throws Error, see onnx_writer.h.
std::string runnable_onnx(const Graph& graph);

/// What it is fed with and what it is asked for.
struct OnnxInput {
  std::string name;
  DType dtype;
  std::vector<int64_t> shape;
  TensorData data;
};
std::vector<OnnxInput> made_up_inputs(const Graph& graph);
std::vector<std::string> output_names(const Graph& graph);

}  // namespace tacho
