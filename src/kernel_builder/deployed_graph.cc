#include "kernel_builder/deployed_graph.h"

#include <utility>

namespace tacho {
namespace {

bool is_convolution(Op op) { return op == Op::kConv || op == Op::kConvTranspose; }

/// The convolution whose output only `node`, a batch norm, reads; kNoNode if there is none.
NodeId convolution_before(const Graph& graph, NodeId node) {
  const ValueId x = graph.node(node).inputs[0];
  const NodeId producer = graph.value(x).producer;
  if (producer == kNoNode || !is_convolution(graph.node(producer).op)) return kNoNode;
  return graph.sole_consumer(x) == node ? producer : kNoNode;
}

void add_bias(Graph& graph, NodeId conv) {
  if (graph.node(conv).inputs.size() > 2) return;
  Value bias;
  bias.name = graph.value(graph.node(conv).inputs[1]).name + ".bias";
  bias.dtype = DType::kFloat32;
  bias.dims = Dims{(*graph.value(graph.node(conv).outputs[0]).dims)[1]};
  bias.is_constant = bias.is_initializer = true;
  const ValueId id = graph.add_value(std::move(bias));
  graph.add_input(conv, id);
}

}  // namespace

Graph deployed_graph(const KernelType& type, const KernelConfig& config) {
  Graph graph = type.build(config);
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    if (!graph.node(id).alive || graph.node(id).op != Op::kBatchNormalization) continue;
    const NodeId conv = convolution_before(graph, id);
    if (conv == kNoNode) continue;
    add_bias(graph, conv);
    graph.replace_uses(graph.node(id).outputs[0], graph.node(conv).outputs[0]);
    graph.remove_node(id);
  }
  return graph;
}

}  // namespace tacho
