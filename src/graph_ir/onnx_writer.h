// Writes a Graph as an ONNX file. A library of its own, tacho_onnx_writer: it links ONNX's protobuf
// classes, which the programs that only read do without.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "graph_ir/graph.h"

namespace tacho {

struct OnnxWriteOptions {
  /// Constants whose elements are not known: nullopt leaves them without data, a few KB for any
  /// network, which our reader and others that need no weights read; with a seed they get those of
  /// constant_data(graph, value, seed), so that any runtime runs the file, and with seed 0 runs it
  /// with the numbers that our backends use.
  std::optional<uint64_t> weights_seed;
};

/// A serialised ModelProto. Throws Error: a node that a fusion pass made (kernels have no ONNX
/// form), a tensor of a type without elements, a model beyond protobuf's 2 GB.
std::string onnx_bytes(const Graph& graph, const OnnxWriteOptions& options = {});

/// The same into a file, written aside and renamed. Errors begin with the path.
void write_onnx_file(const Graph& graph, const std::string& path,
                     const OnnxWriteOptions& options = {});

}  // namespace tacho
