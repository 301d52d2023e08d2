// What a shape rule sees: one node, its inputs and its outputs, never the graph.
#pragma once

#include <string>
#include <string_view>

#include "graph_ir/graph.h"

namespace tacho {

class InferContext {
 public:
  /// `declared`: the same graph inferred at the batch it declares, if another batch was asked for; else null.
  InferContext(Graph& graph, NodeId node, const Graph* declared)
      : graph_(graph), node_(graph.node(node)), declared_(declared) {}

  const Node& node() const { return node_; }
  int64_t opset() const { return graph_.opset; }

  size_t num_inputs() const { return node_.inputs.size(); }
  size_t num_outputs() const { return node_.outputs.size(); }
  /// False for an input left out at the end or by an empty name.
  bool has_input(size_t i) const { return i < num_inputs() && node_.inputs[i] != kNoValue; }
  bool has_output(size_t i) const { return i < num_outputs() && node_.outputs[i] != kNoValue; }

  /// Fails if input i is absent. Every input's dims are known when a rule runs.
  const Dims& dims(size_t i) const { return *value(i).dims; }
  int64_t rank(size_t i) const { return static_cast<int64_t>(dims(i).size()); }
  DType dtype(size_t i) const { return value(i).dtype; }
  /// Null if the elements are not known.
  const Literal* literal(size_t i) const;
  /// The elements of an integer input that the rule cannot do without; fails if they are not known.
  const std::vector<int64_t>& required_ints(size_t i, std::string_view what) const;

  /// `axis` brought into [0, rank); fails if it is outside [-rank, rank).
  int64_t normal_axis(int64_t axis, int64_t rank) const;

  void set_output(size_t i, Dims dims, DType dtype);
  /// To be called after set_output; dropped if longer than kMaxLiteralElements.
  void set_output_literal(size_t i, Literal literal);

  /// Under a batch override: the value that input or output i has in the graph as declared; else null.
  const Value* declared_input(size_t i) const;
  const Value* declared_output(size_t i) const;

  /// Throws Error: "<op> '<node>': <why> (inputs 1x3x4x4, 5x5)".
  [[noreturn]] void fail(const std::string& why) const;

 private:
  const Value& value(size_t i) const;

  Graph& graph_;
  Node& node_;
  const Graph* declared_;
};

/// Sets dims and dtype of every output of the node, and literals where the inputs' allow it.
using ShapeRule = void (*)(InferContext&);

}  // namespace tacho
