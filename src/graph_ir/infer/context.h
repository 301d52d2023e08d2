// What a shape rule sees: one node, its inputs and its outputs, never the graph.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph_ir/graph.h"

namespace tacho {

/// Tensors of a higher rank are refused: no operator is defined for them, and rules may walk dims
/// freely.
constexpr size_t kMaxRank = 64;

/// What one walk over a graph shares between its nodes.
struct InferRun {
  Graph& graph;
  /// The same graph inferred at the batch it declares, if another batch was asked for; else null.
  const Graph* declared = nullptr;
  /// The batch that `declared` was inferred at.
  int64_t declared_batch = 1;
  /// Elements of literals that may still be kept: a damaged file cannot make us hold gigabytes of
  /// them.
  int64_t literals_left = int64_t{1} << 22;
};

class InferContext {
 public:
  InferContext(InferRun& run, NodeId node) : run_(run), id_(node), node_(run.graph.node(node)) {}

  const Node& node() const { return node_; }
  int64_t opset() const { return run_.graph.opset; }

  size_t num_inputs() const { return node_.inputs.size(); }
  size_t num_outputs() const { return node_.outputs.size(); }
  /// False for an input left out at the end or by an empty name.
  bool has_input(size_t i) const { return i < num_inputs() && node_.inputs[i] != kNoValue; }
  bool has_output(size_t i) const { return i < num_outputs() && node_.outputs[i] != kNoValue; }

  /// Fails if input i is absent. Every input's dims are known when a rule runs, and its elements
  /// countable.
  const Dims& dims(size_t i) const { return *value(i).dims; }
  int64_t rank(size_t i) const { return static_cast<int64_t>(dims(i).size()); }
  int64_t elements(size_t i) const { return *checked_elements(dims(i)); }
  DType dtype(size_t i) const { return value(i).dtype; }
  /// Null if the elements are not known (or the input is absent); else as many as the dims say, in
  /// `ints` or `reals` as the dtype says.
  const Literal* literal(size_t i) const;
  /// The elements of an integer or bool input; null if they are not known or the input is absent.
  const std::vector<int64_t>* ints(size_t i) const;
  /// The same for a floating-point input.
  const std::vector<double>* reals(size_t i) const;
  /// The elements of an integer input that the rule cannot do without; fails if they are not known.
  const std::vector<int64_t>& required_ints(size_t i, std::string_view what) const;
  /// The constant that a TENSOR attribute holds, with countable dims; null if there is none.
  const Value* tensor_attribute(std::string_view attribute) const;

  /// `axis` brought into [0, rank); fails if it is outside [-rank, rank).
  int64_t normal_axis(int64_t axis, int64_t rank) const;
  /// The same for a list; fails on one named twice. The order is kept.
  std::vector<int64_t> normal_axes(const std::vector<int64_t>& axes, int64_t rank) const;

  /// Does nothing for an output that the node leaves out. Fails if the dims' elements cannot be
  /// counted.
  void set_output(size_t i, const Dims& dims, DType dtype);
  /// To be called after set_output; dropped if longer than kMaxLiteralElements, or not as many as
  /// the output's dims say.
  void set_output_literal(size_t i, Literal literal);
  /// What the file declares for output i, if it is complete; at the asked batch (see unknown.h).
  std::optional<Dims> declared_dims(size_t i) const;

  /// Under a batch override: the value that input or output i has in the graph as declared; else
  /// null.
  const Value* declared_input(size_t i) const;
  const Value* declared_output(size_t i) const;
  /// Input i's dims in the graph as declared; without a batch override its dims.
  const Dims& declared_input_dims(size_t i) const;
  /// Whether input i has other dims than in the graph as declared.
  bool input_scaled(size_t i) const { return dims(i) != declared_input_dims(i); }
  /// Whether input i's elements are known, and the batch override did not change them.
  bool same_literal(size_t i) const;
  int64_t declared_batch() const { return run_.declared_batch; }

  /// Throws Error: "<op> '<node>': <why> (inputs 1x3x4x4, 5x5)".
  [[noreturn]] void fail(const std::string& why) const;

 private:
  const Value& value(size_t i) const;

  InferRun& run_;
  NodeId id_;
  const Node& node_;
};

/// Sets dims and dtype of every output of the node, and literals where the inputs' allow it.
using ShapeRule = void (*)(InferContext&);

}  // namespace tacho
