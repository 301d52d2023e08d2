// The graph IR: nodes and values in two arrays, addressed by stable integer ids.
//
// A value is a tensor: an input of the graph, a constant (an initializer, a Constant node's tensor
// or something folded from those), or the output of exactly one node. Ids are never reused or
// renumbered; a removed node stays in its place, dead. Nothing here depends on pointer order. The
// algorithms that need a graph library see this through graph_ir/dag.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph_ir/dims.h"
#include "graph_ir/dtype.h"
#include "graph_ir/ops.h"

namespace tacho {

using NodeId = int32_t;
using ValueId = int32_t;
constexpr NodeId kNoNode = -1;
constexpr ValueId kNoValue = -1;  ///< an optional input that is absent

/// The elements of a small tensor, where they are known: shapes, axes, scalars. Exactly one of the
/// two is used, by the value's dtype: `ints` for integers and bool, `reals` for floats.
struct Literal {
  std::vector<int64_t> ints;
  std::vector<double> reals;

  size_t size() const { return ints.empty() ? reals.size() : ints.size(); }
  bool operator==(const Literal& o) const { return ints == o.ints && reals == o.reals; }
};

/// Literals longer than this are not kept: no shape computation needs more.
constexpr size_t kMaxLiteralElements = 4096;

struct Value {
  std::string name;
  DType dtype = DType::kUnknown;
  /// Inferred dimensions; nullopt until known. Symbolic dimensions of graph inputs are kUnknownDim
  /// until bind_inputs() has set them.
  std::optional<Dims> dims;
  /// What the file declares (value_info or a graph output), symbolic dimensions as kUnknownDim.
  /// A fallback for operators that we cannot infer.
  std::optional<Dims> declared_dims;
  std::optional<Literal> literal;
  /// Known before the graph runs: an initializer, a Constant, or folded from such.
  bool is_constant = false;
  /// Stored in the file's list of initializers (constants in Constant nodes are not).
  bool is_initializer = false;
  /// Of a folded constant: the initializers it was computed from, ascending, each once.
  std::vector<ValueId> folded_from;

  bool is_graph_input = false;
  int32_t output_uses = 0;        ///< how often it stands in Graph::outputs
  NodeId producer = kNoNode;      ///< kNoNode: graph input or constant
  std::vector<NodeId> consumers;  ///< one entry per use, in no particular order; live nodes only
};

struct Attribute {
  std::string name;
  std::vector<int64_t> ints;   ///< INT and INTS
  std::vector<double> floats;  ///< FLOAT and FLOATS
  std::string text;            ///< STRING
  ValueId tensor = kNoValue;   ///< TENSOR: a constant value of the graph
};

/// An operator that a fusion pass made part of another node's kernel.
struct FusedOp {
  Op op = Op::kUnknown;
  int64_t elements = 0;  ///< of its output: what an element-wise operator costs
  int64_t macs = 0;      ///< of an absorbed convolution or matrix product; 0 for all others
  bool relu6 = false;    ///< of a Clip: its bounds are 0 and 6
};

struct Node {
  std::string name;  ///< may be empty
  std::string op_type;
  std::string domain;  ///< empty: ONNX's default domain
  Op op = Op::kUnknown;
  bool alive = true;
  boost::container::small_vector<ValueId, 4> inputs;  ///< kNoValue where an optional one is absent
  boost::container::small_vector<ValueId, 2> outputs;
  std::vector<Attribute> attributes;
  std::vector<FusedOp> fused;  ///< in order of execution, after the node's own operator

  const Attribute* find_attribute(std::string_view attribute) const;
  int64_t int_attribute(std::string_view attribute, int64_t absent) const;
  double float_attribute(std::string_view attribute, double absent) const;
  std::string_view text_attribute(std::string_view attribute, std::string_view absent) const;
  /// Empty if absent.
  std::vector<int64_t> ints_attribute(std::string_view attribute) const;
  bool has_fused(Op op) const;
};

class Graph {
 public:
  std::string name;
  int64_t ir_version = 0;
  int64_t opset = 0;                                    ///< of the default domain
  std::vector<ValueId> inputs;                          ///< without initializers
  std::vector<std::vector<std::string>> input_symbols;  ///< per input and dimension; "" if fixed
  std::vector<ValueId> outputs;  ///< to be changed by declare_output() and replace_uses() only

  ValueId add_value(Value value);
  /// Adds the node and enters it at its inputs' consumers and its outputs' producer.
  NodeId add_node(Node node);

  int32_t num_node_ids() const { return static_cast<int32_t>(nodes_.size()); }
  int32_t num_value_ids() const { return static_cast<int32_t>(values_.size()); }
  Node& node(NodeId id) { return nodes_[id]; }
  const Node& node(NodeId id) const { return nodes_[id]; }
  Value& value(ValueId id) { return values_[id]; }
  const Value& value(ValueId id) const { return values_[id]; }
  int32_t num_live_nodes() const;
  void declare_input(ValueId id, std::vector<std::string> symbols);
  void declare_output(ValueId id);
  bool is_output(ValueId id) const { return value(id).output_uses > 0; }

  /// The node that makes `id`, or null for constants and graph inputs.
  Node* producer(ValueId id);
  const Node* producer(ValueId id) const;
  /// The only use of `id`: the consuming node's id if exactly one input of one node reads it and
  /// it is not a graph output; else kNoNode.
  NodeId sole_consumer(ValueId id) const;

  // Edits; each keeps consumers and producers true.
  void set_input(NodeId node, size_t index, ValueId value);
  void add_input(NodeId node, ValueId value);
  void set_inputs(NodeId node, const std::vector<ValueId>& values);
  /// Every use of `from`, graph outputs included, reads `to` afterwards.
  void replace_uses(ValueId from, ValueId to);
  /// Makes `node` the producer of `value` in place of whoever was (which loses that output), as its
  /// only output; its former outputs get no producer.
  void take_output(NodeId node, ValueId value);
  /// Marks the node dead and takes it from its inputs' consumers. Its outputs must have no
  /// consumer.
  void remove_node(NodeId node);
  /// Removes nodes whose outputs nobody reads, until none is left. Returns how many.
  int remove_dead_nodes();

  /// "Conv '/layer1/conv'" or "Conv #12 (unnamed)": how messages name a node.
  std::string describe(NodeId node) const;

 private:
  std::vector<Node> nodes_;
  std::vector<Value> values_;
};

}  // namespace tacho
