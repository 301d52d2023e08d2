#include <algorithm>
#include <set>

#include "graph_ir/kernels.h"

namespace tacho {
namespace {

double elements(const Graph& graph, ValueId id) {
  return static_cast<double>(checked_elements(graph.value(id).dims.value_or(Dims{})).value_or(0));
}

// Running mean and variance: stored with a batch norm, but statistics, not parameters.
std::set<ValueId> running_statistics(const Graph& graph) {
  std::set<ValueId> statistics;
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    const Node& node = graph.node(id);
    if (!node.alive || node.op != Op::kBatchNormalization) continue;
    for (size_t i = 3; i < node.inputs.size(); ++i) statistics.insert(node.inputs[i]);
  }
  return statistics;
}

}  // namespace

GraphTotals totals_of(const Graph& graph, const KernelGraph& kernels) {
  GraphTotals totals;
  for (const Kernel& k : kernels.kernels) totals.cost += k.cost;
  for (const ValueId v : graph.inputs) totals.input_elements += elements(graph, v);

  // Each weight once. First those used as they are, then the folded ones, which may claim only what
  // is left of the initializers they come from.
  std::set<ValueId> claimed = running_statistics(graph);
  double params = 0;
  std::vector<ValueId> folded;
  for (ValueId id = 0; id < graph.num_value_ids(); ++id) {
    const Value& v = graph.value(id);
    if (!v.is_constant || v.consumers.empty() || !is_float(v.dtype) || claimed.count(id) > 0)
      continue;
    if (v.folded_from.empty()) {
      if (v.is_initializer) params += elements(graph, id);
      claimed.insert(id);
    } else {
      folded.push_back(id);
    }
  }
  for (const ValueId id : folded) {
    double roots = 0;
    for (const ValueId root : graph.value(id).folded_from) {
      const Value& r = graph.value(root);
      if (r.is_initializer && is_float(r.dtype) && claimed.insert(root).second) {
        roots += elements(graph, root);
      }
    }
    params += std::min(roots, elements(graph, id));
  }
  totals.cost.params = params;
  return totals;
}

}  // namespace tacho
