#include "graph_ir/passes/fuse_squeeze_excite.h"

#include "graph_ir/dag.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
namespace {

constexpr int kMaxSteps = 16;
constexpr int kMaxLayers = 3;

bool is_gate(Op op) { return op == Op::kSigmoid || op == Op::kHardSigmoid || op == Op::kClip; }

// One element per channel in another arrangement: nothing that costs.
bool is_arrangement(Op op) { return is_reshape(op) || op == Op::kTranspose || op == Op::kExpand; }

// A step of the gate's path other than a layer: what it is computed from besides constants.
ValueId step_input(const Graph& graph, NodeId id) {
  const Node& n = graph.node(id);
  if (n.inputs.empty() || n.outputs.size() != 1) return kNoValue;
  switch (n.op) {
    case Op::kAdd:
    case Op::kMul:
    case Op::kDiv: {
      const auto operands = split_constant(graph, id);
      return operands ? operands->other : kNoValue;
    }
    case Op::kBatchNormalization:
    case Op::kLayerNormalization:
    case Op::kGroupNormalization:
      return n.inputs[0];
    default:
      return is_arrangement(n.op) || is_activation(n.op) ? n.inputs[0] : kNoValue;
  }
}

// The parts of the gate from the last to the pooling, if `gate` comes from x that way and no other.
std::vector<NodeId> gate_path(const Graph& graph, ValueId gate, ValueId x) {
  std::vector<NodeId> path;
  int layers = 0;
  bool gated = false;
  ValueId v = gate;
  for (int step = 0; step < kMaxSteps; ++step) {
    const NodeId id = graph.value(v).producer;
    if (id == kNoNode || graph.sole_consumer(v) == kNoNode) return {};
    path.push_back(id);
    const Op op = graph.node(id).op;
    if (is_global_pool(graph, id)) {
      return layers > 0 && input(graph, id, 0) == x ? path : std::vector<NodeId>{};
    }
    if (is_weighted(graph, id)) {
      if (!gated || ++layers > kMaxLayers) return {};
      v = input(graph, id, 0);
      continue;
    }
    gated |= is_gate(op);
    if (!gated && is_activation(op)) return {};
    v = step_input(graph, id);
    if (v == kNoValue || v == x) return {};
  }
  return {};
}

bool try_fuse(Graph& graph, NodeId mul, ValueId gate, ValueId x, const FusionRules& rules) {
  if (is_constant(graph, gate) || x == kNoValue || !same_dims(graph, x, output(graph, mul)))
    return false;
  std::vector<NodeId> path = gate_path(graph, gate, x);
  if (path.empty()) return false;
  Replacement r{Op::kSqueezeExcite, {x}, {}, {}};
  for (auto it = path.rbegin() + 1; it != path.rend(); ++it) {  // the pooling is the root's own
    const Node& n = graph.node(*it);
    if (is_arrangement(n.op)) continue;
    r.fused.push_back(fused_op_of(graph, *it));
    r.fused.insert(r.fused.end(), n.fused.begin(), n.fused.end());
    for (const ValueId v : n.inputs) {  // parameters; scalars are settings
      if (is_constant(graph, v) && elements_of(graph, v) > 1) r.inputs.push_back(v);
    }
  }
  return replace_subgraph(graph, mul, std::move(r), rules);
}

}  // namespace

bool fuse_squeeze_excite(Graph& graph, const FusionRules& rules) {
  bool changed = false;
  for (const NodeId id : topological_order(graph)) {
    const Node& n = graph.node(id);
    if (!n.alive || n.op != Op::kMul || n.inputs.size() != 2 || !n.fused.empty()) continue;
    changed |= try_fuse(graph, id, n.inputs[0], n.inputs[1], rules) ||
               try_fuse(graph, id, n.inputs[1], n.inputs[0], rules);
  }
  return changed;
}

}  // namespace tacho
