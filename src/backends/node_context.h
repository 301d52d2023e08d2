// What the builders of a runtime's executor ask about a node, and how they refuse one.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "graph_ir/graph.h"

namespace tacho::backends {

using Shape = std::vector<int64_t>;

/// Why a node cannot be run; becomes an Error, or a line of unsupported(), that names the node.
struct Refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Whether the value is there without any node having run. Shape computations are: inference knows
/// their elements. What a node computes from weights without data is not.
bool is_given(const Value& value);
/// Whether a node has an output that is not given.
bool is_computed(const Graph& graph, const Node& node);

/// A node with what its builder asks for. Inputs are counted from 0.
class NodeContext {
 public:
  NodeContext(const Graph& graph, NodeId id) : graph_(graph), node_(graph.node(id)) {}

  const Node& node() const { return node_; }
  int64_t opset() const { return graph_.opset; }
  size_t num_inputs() const { return node_.inputs.size(); }
  bool has_input(size_t i) const { return i < num_inputs() && node_.inputs[i] != kNoValue; }
  bool has_output(size_t i) const;  ///< and somebody may read it
  /// Value ids, as indices of a table; one past the last stands for an absent input.
  size_t in(size_t i) const;
  size_t out(size_t i = 0) const { return static_cast<size_t>(node_.outputs[i]); }

  /// Refuses an input that is absent.
  ValueId value(size_t i) const;
  Shape shape(size_t i) const;
  Shape out_shape(size_t i = 0) const;
  int64_t rank(size_t i = 0) const { return static_cast<int64_t>(shape(i).size()); }
  DType dtype(size_t i) const { return graph_.value(node_.inputs[i]).dtype; }
  DType out_dtype() const { return graph_.value(node_.outputs[0]).dtype; }

  /// Known elements of an input; nullopt if it is computed or absent.
  std::optional<std::vector<int64_t>> ints(size_t i) const;
  /// The element of an input of one known element.
  std::optional<double> scalar(size_t i) const;
  /// A list that older opsets have as an attribute and newer ones as an input; `absent` if neither
  /// is given. Refuses one that is computed.
  Shape list(const char* attribute, size_t input, const Shape& absent = {}) const;
  /// In [0, rank).
  int64_t axis(int64_t axis, int64_t rank) const { return axis < 0 ? axis + rank : axis; }

 private:
  const Graph& graph_;
  const Node& node_;
};

}  // namespace tacho::backends
