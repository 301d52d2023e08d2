// The ways in which passes change a graph. Each leaves no dead node behind.
#pragma once

#include <vector>

#include "graph_ir/fusion_rules.h"
#include "graph_ir/graph.h"

namespace tacho {

/// Removes `node` if nobody reads its outputs, then whoever made its inputs if nobody else reads
/// those, and so on upwards.
void remove_unread(Graph& graph, NodeId node);

/// Removes a node whose outputs are constant; they stay, without a producer.
void fold_node(Graph& graph, NodeId node);

/// A recognised subgraph becomes one node: `last`, which makes the subgraph's only result, turns
/// into an `op` that reads `inputs`; what lies between goes. Returns false, and changes nothing, if
/// a value in between is read from outside or leaves the graph, if something is multiplied by zero,
/// if the subgraph is not what lies between `inputs` and `last`, or if `rules` forbid to fuse a
/// node of it with one that reads it.
struct Replacement {
  Op op = Op::kUnknown;
  std::vector<ValueId> inputs;
  std::vector<Attribute> attributes;
  std::vector<FusedOp> fused;
};
bool replace_subgraph(Graph& graph, NodeId last, Replacement replacement,
                      const FusionRules& rules = {});

/// The nodes from `inputs` down to `last`, `last` included, in no particular order; empty where
/// replace_subgraph would refuse.
std::vector<NodeId> nodes_between(const Graph& graph, NodeId last,
                                  const std::vector<ValueId>& inputs);

/// Makes `reader`, the only reader of the output of `root`, part of the kernel of `root`: it and
/// what was fused into it join the fused operators of `root`, its other inputs join the inputs
/// (constants that are settings do not: a Clip's bounds, a QuantizeLinear's scale and zero point;
/// the place of a missing bias is kept), and `root` makes its output. Cannot create a cycle, since
/// every path from `root` leads through `reader`.
void absorb_reader(Graph& graph, NodeId root, NodeId reader);

/// An INT or INTS attribute.
Attribute ints_attribute(std::string name, std::vector<int64_t> values);
/// What `node` is as a part of another's kernel: its operator with its elements, relu6 marked.
FusedOp fused_op_of(const Graph& graph, NodeId node);

}  // namespace tacho
