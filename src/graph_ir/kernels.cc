#include "graph_ir/kernels.h"

#include <algorithm>

#include "graph_ir/dag.h"

namespace tacho {
int32_t kernel_behind(const Graph& graph, ValueId id, const std::vector<int32_t>& kernel_of) {
  while (id != kNoValue && graph.value(id).producer != kNoNode) {
    const NodeId producer = graph.value(id).producer;
    const int32_t kernel = kernel_of[static_cast<size_t>(producer)];
    if (kernel >= 0) return kernel;
    id = graph.node(producer).inputs.empty() ? kNoValue : graph.node(producer).inputs[0];
  }
  return -1;
}

std::vector<int32_t> kernels_of_nodes(const Graph& graph, const KernelGraph& kernels) {
  std::vector<int32_t> kernel_of(static_cast<size_t>(graph.num_node_ids()), -1);
  for (size_t k = 0; k < kernels.kernels.size(); ++k) {
    kernel_of[static_cast<size_t>(kernels.kernels[k].node)] = static_cast<int32_t>(k);
  }
  return kernel_of;
}

KernelGraph kernels_of(const Graph& graph) {
  KernelGraph result;
  std::vector<int32_t> kernel_of(static_cast<size_t>(graph.num_node_ids()), -1);
  for (const NodeId id : topological_order(graph)) {
    if (is_view(graph.node(id).op)) continue;
    const auto index = static_cast<int32_t>(result.kernels.size());
    kernel_of[static_cast<size_t>(id)] = index;
    result.kernels.push_back({id, kernel_type(graph, id), node_cost(graph, id)});
    for (const ValueId v : graph.node(id).inputs) {
      const int32_t source = kernel_behind(graph, v, kernel_of);
      if (source >= 0) result.edges.emplace_back(source, index);
    }
  }
  std::sort(result.edges.begin(), result.edges.end());
  result.edges.erase(std::unique(result.edges.begin(), result.edges.end()), result.edges.end());
  return result;
}

}  // namespace tacho
