// A constant of the IR as an ONNX tensor.
#pragma once

#include <onnx/onnx_pb.h>

#include <optional>

#include "graph_ir/graph.h"

namespace tacho {

/// One writer for all tensors of a graph: it counts their bytes.
class OnnxTensorWriter {
 public:
  /// Without a seed, elements that are not known are left out; with one, they are made up
  /// (made_up_tensors.h). The graph must outlive the writer.
  OnnxTensorWriter(const Graph& graph, std::optional<uint64_t> seed) : graph_(graph), seed_(seed) {}
  /// Everything but the name. Throws Error naming the value: no dims, a type whose elements cannot
  /// be written or made up, more than 2 GB altogether.
  void write(ValueId id, onnx::TensorProto& out);

 private:
  const Graph& graph_;
  std::optional<uint64_t> seed_;
  size_t bytes_ = 0;
};

}  // namespace tacho
