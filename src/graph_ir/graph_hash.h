// What a network is called by in the latency database: a hash of what it computes, not of how its
// file spells it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "graph_ir/infer/infer_shapes.h"

namespace tacho {

/// 128 bits: two networks of a database share one by accident with probability n² / 2^129.
struct GraphHash {
  uint64_t high = 0;
  uint64_t low = 0;

  bool operator==(const GraphHash& o) const { return high == o.high && low == o.low; }
  bool operator!=(const GraphHash& o) const { return !(*this == o); }
  bool operator<(const GraphHash& o) const { return high != o.high ? high < o.high : low < o.low; }
  /// 32 hexadecimal digits.
  std::string hex() const;
  /// nullopt unless `text` is what hex() writes.
  static std::optional<GraphHash> from_hex(std::string_view text);
};

/// Of an inferred graph. The same on every machine and in every release: databases rest on it.
///
/// It depends on: what reaches an output: each node's domain, operator, attributes and operands in
/// their order; the dims and dtype of every input, constant and output; who reads what (a value
/// computed once and read twice is not two equal values); and the elements of constants that steer
/// an operator (below).
///
/// It does not depend on: names; the order of nodes, inputs, outputs, initializers and attributes;
/// whether a constant is an initializer or a Constant node, or stands in the file once or twice;
/// nodes and inputs that reach no output; the opset, but for Softmax, LogSoftmax and Hardmax, which
/// mean something else before opset 13.
///
/// Elements that count are those of int64, int32 and bool constants (shapes, axes, indices) that
/// the reader keeps, those of float scalars of rank 0, which exporters write for the constants of a
/// formula, and a single zero that is multiplied by (see liveness.h). Elements of longer floats, of
/// narrower integers and of all operands of quantised operators are weights, and do not count. An
/// attribute written out is not the same as its default left out.
GraphHash graph_hash(const Graph& graph);

/// What latencies of a network are kept under.
struct GraphKey {
  GraphHash hash;  ///< of the graph inferred at batch 1, so that all batch sizes share it
  int64_t batch = 1;
};

/// Of a graph as it was read. Where the graph cannot be inferred at batch 1, the hash is that of
/// the graph at its own. Taken by value, as it is inferred. Throws what infer_shapes() throws.
GraphKey graph_key(Graph graph, const BindOptions& options);

}  // namespace tacho
