#include "graph_ir/passes/fuse_activation.h"

#include <algorithm>

#include "graph_ir/dag.h"
#include "graph_ir/kernels.h"
#include "graph_ir/liveness.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
namespace {

bool has_activation(const Node& n) {
  return std::any_of(n.fused.begin(), n.fused.end(),
                     [](const FusedOp& f) { return is_activation(f.op); });
}

bool takes_activation(const Node& n) {
  switch (n.op) {
    case Op::kConv:
    case Op::kConvTranspose:
    case Op::kGemm:
    case Op::kMatMul:
    case Op::kAdd:
    case Op::kBatchNormalization:
    case Op::kInstanceNormalization:
    case Op::kGroupNormalization:
    case Op::kLayerNormalization:
    case Op::kRMSNormalization:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool fuse_activation(Graph& graph, const FusionRules& rules) {
  bool changed = false;
  for (const NodeId id : topological_order(graph)) {
    if (!graph.node(id).alive || has_activation(graph.node(id))) continue;
    if (is_view(graph.node(id).op)) continue;  // no kernel, whatever a rule says
    if (multiplies_by_zero(graph, graph.node(id))) continue;
    const NodeId next = sole_reader(graph, id);
    if (next == kNoNode || !is_activation(graph.node(next).op)) continue;
    if (input(graph, next, 0) != output(graph, id)) continue;  // as a slope or a bound
    if (!rules.find(graph, id, next).value_or(takes_activation(graph.node(id)))) continue;
    absorb_reader(graph, id, next);
    changed = true;
  }
  return changed;
}

}  // namespace tacho
