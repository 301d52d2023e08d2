#include "backends/onednn/groups.h"

#include <algorithm>
#include <optional>

#include "backends/node_context.h"
#include "backends/onednn/eltwise.h"
#include "graph_ir/dag.h"
#include "graph_ir/passes/match.h"

namespace tacho::onednn {
namespace {

using backends::is_computed;
using backends::is_given;

bool is_product(Op op) {
  return op == Op::kConv || op == Op::kConvTranspose || op == Op::kGemm || op == Op::kMatMul;
}

class Grouper {
 public:
  Grouper(const Graph& graph, const std::vector<char>& constant)
      : graph_(graph), constant_(constant), taken_(static_cast<size_t>(graph.num_node_ids()), 0) {}

  bool is_taken(NodeId id) const { return taken_[static_cast<size_t>(id)] != 0; }

  /// Takes the nodes of the group.
  Group group_at(NodeId root) {
    Group group;
    group.root = group.last = root;
    const Op op = graph_.node(root).op;
    const bool conv = op == Op::kConv || op == Op::kConvTranspose;
    const bool product = op == Op::kGemm || op == Op::kMatMul;
    const bool weighted =
        (conv || (product && is_inner_product(root))) && is_fixed(graph_.node(root).inputs.at(1));
    if (weighted && conv) take_norm(group);
    if (weighted && product) take_bias(group);
    if (weighted || op == Op::kConv) take_residual(group);
    if (weighted || conv || op == Op::kAdd || op == Op::kMul) take_activations(group);
    group.result = graph_.node(group.last).outputs[0];
    for (NodeId id = root;; id = sole_reader(graph_, id)) {
      taken_[static_cast<size_t>(id)] = 1;
      if (id == group.last) return group;
    }
  }

 private:
  bool is_fixed(ValueId v) const { return v != kNoValue && constant_[static_cast<size_t>(v)] != 0; }
  bool is_inner_product(NodeId id) const {
    const Node& node = graph_.node(id);
    return node.int_attribute("transA", 0) == 0 && dims_of(graph_, node.inputs[0]).size() >= 2 &&
           dims_of(graph_, node.inputs[1]).size() == 2;
  }
  NodeId next(const Group& group) const {
    const NodeId id = sole_reader(graph_, group.last);
    return id != kNoNode && is_taken(id) ? kNoNode : id;
  }

  void take_norm(Group& group) const {
    const NodeId id = next(group);
    if (id == kNoNode) return;
    const Node& node = graph_.node(id);
    if (node.op != Op::kBatchNormalization || node.inputs.size() != 5 ||
        node.int_attribute("training_mode", 0) != 0 ||
        node.inputs[0] != output(graph_, group.last)) {
      return;
    }
    for (size_t i = 1; i < 5; ++i) {
      if (!is_fixed(node.inputs[i])) return;
    }
    group.norm = group.last = id;
  }

  void take_bias(Group& group) const {
    const NodeId id = next(group);
    if (graph_.node(group.root).op != Op::kMatMul || id == kNoNode) return;
    const Node& node = graph_.node(id);
    if (node.op != Op::kAdd) return;
    const ValueId product = output(graph_, group.last);
    const ValueId other = node.inputs[node.inputs[0] == product ? 1 : 0];
    const Dims& out = dims_of(graph_, product);
    if (!is_fixed(other) || dims_of(graph_, other).empty()) return;
    const Dims& bias = dims_of(graph_, other);
    if (elements_of(graph_, other) != out.back() || bias.back() != out.back()) return;
    if (dims_of(graph_, node.outputs[0]) != out) return;
    group.bias = other;
    group.last = id;
  }

  void take_residual(Group& group) const {
    const NodeId id = next(group);
    if (id == kNoNode || graph_.node(id).op != Op::kAdd) return;
    const Node& node = graph_.node(id);
    const ValueId own = output(graph_, group.last);
    const ValueId other = node.inputs[node.inputs[0] == own ? 1 : 0];
    if (other == own || is_fixed(other) || !same_dims(graph_, own, other)) return;
    group.residual = other;
    group.last = id;
  }

  void take_activations(Group& group) const {
    for (int i = 0; i < 2; ++i) {
      const NodeId id = next(group);
      if (id == kNoNode || graph_.node(id).inputs[0] != output(graph_, group.last)) return;
      if (!eltwise_of(backends::NodeContext(graph_, id))) return;
      group.activations.push_back(id);
      group.last = id;
    }
  }

  const Graph& graph_;
  const std::vector<char>& constant_;
  std::vector<char> taken_;
};

}  // namespace

std::vector<char> constant_values(const Graph& graph) {
  std::vector<char> constant(static_cast<size_t>(graph.num_value_ids()), 0);
  for (ValueId v = 0; v < graph.num_value_ids(); ++v) {
    constant[static_cast<size_t>(v)] = is_given(graph.value(v)) ? 1 : 0;
  }
  for (const NodeId id : topological_order(graph)) {
    const Node& node = graph.node(id);
    const bool fixed = std::all_of(node.inputs.begin(), node.inputs.end(), [&](ValueId v) {
      return v == kNoValue || constant[static_cast<size_t>(v)] != 0;
    });
    for (const ValueId v : node.outputs) {
      if (v != kNoValue && fixed) constant[static_cast<size_t>(v)] = 1;
    }
  }
  return constant;
}

std::vector<Group> groups_of(const Graph& graph, const std::vector<char>& constant) {
  Grouper grouper(graph, constant);
  const std::vector<NodeId> order = topological_order(graph);
  std::vector<std::optional<Group>> ends(static_cast<size_t>(graph.num_node_ids()));
  // From the back: of two products that an Add sums up, the one that comes later takes it, so that
  // the other is there when it runs.
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    if (!is_product(graph.node(*it).op) || !is_computed(graph, graph.node(*it))) continue;
    Group group = grouper.group_at(*it);
    ends[static_cast<size_t>(group.last)] = std::move(group);
  }
  std::vector<Group> groups;
  for (const NodeId id : order) {
    if (std::optional<Group>& end = ends[static_cast<size_t>(id)]) {
      groups.push_back(std::move(*end));
    } else if (!grouper.is_taken(id) && is_computed(graph, graph.node(id))) {
      groups.push_back(grouper.group_at(id));  // the rest of it reads nothing more
    }
  }
  return groups;
}

}  // namespace tacho::onednn
