// A constant of the IR as an ONNX tensor.
#pragma once

#include <onnx/onnx_pb.h>

#include <optional>
#include <random>

#include "graph_ir/graph.h"

namespace tacho {

/// One writer for all tensors of a model: it counts their bytes and draws their elements.
class OnnxTensorWriter {
 public:
  /// Without a seed, elements that are not known are left out.
  explicit OnnxTensorWriter(std::optional<uint64_t> seed);
  /// Everything but the name. Throws Error naming the value: no dims, a type whose elements cannot
  /// be written or made up, more than 2 GB altogether.
  void write(const Value& value, onnx::TensorProto& out);

 private:
  void fill(const Value& value, size_t elements, std::string& raw);
  double draw(const Dims& dims, size_t elements);

  bool filled_;
  std::mt19937_64 random_;
  size_t bytes_ = 0;
};

}  // namespace tacho
