#include "graph_ir/kernels.h"

#include <algorithm>

#include "graph_ir/dag.h"

namespace tacho {
namespace {

// The kernels behind a value: its producer, or, where that is a view, the kernels behind the view's
// input.
void add_sources(const Graph& graph, ValueId id, const std::vector<int32_t>& kernel_of,
                 std::vector<int32_t>& sources) {
  while (id != kNoValue && graph.value(id).producer != kNoNode) {
    const NodeId producer = graph.value(id).producer;
    if (kernel_of[static_cast<size_t>(producer)] >= 0) {
      sources.push_back(kernel_of[static_cast<size_t>(producer)]);
      return;
    }
    id = graph.node(producer).inputs.empty() ? kNoValue : graph.node(producer).inputs[0];
  }
}

}  // namespace

KernelGraph kernels_of(const Graph& graph) {
  KernelGraph result;
  std::vector<int32_t> kernel_of(static_cast<size_t>(graph.num_node_ids()), -1);
  for (const NodeId id : topological_order(graph)) {
    if (is_view(graph.node(id).op)) continue;
    const auto index = static_cast<int32_t>(result.kernels.size());
    kernel_of[static_cast<size_t>(id)] = index;
    result.kernels.push_back({id, kernel_type(graph, id), node_cost(graph, id)});
    std::vector<int32_t> sources;
    for (const ValueId v : graph.node(id).inputs) add_sources(graph, v, kernel_of, sources);
    for (const int32_t s : sources) result.edges.emplace_back(s, index);
  }
  std::sort(result.edges.begin(), result.edges.end());
  result.edges.erase(std::unique(result.edges.begin(), result.edges.end()), result.edges.end());
  return result;
}

}  // namespace tacho
