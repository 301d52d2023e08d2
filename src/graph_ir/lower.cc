#include "graph_ir/lower.h"

#include <map>

#include "common/error.h"
#include "graph_ir/onnx_reader.h"
#include "graph_ir/passes/pipeline.h"
#include "graph_ir/read_graph.h"

namespace tacho {

LoweredModel lower(Graph graph, const LowerOptions& options) {
  LoweredModel model;
  std::map<std::string, int> unknown;
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    const Node& node = graph.node(id);
    if (node.alive && node.op == Op::kUnknown) {
      ++unknown[node.domain.empty() ? node.op_type : node.domain + "." + node.op_type];
    }
  }
  model.unknown_operators.assign(unknown.begin(), unknown.end());
  model.notices = infer_shapes(graph, options.bind);
  PipelineOptions passes;
  passes.rules = options.fusion;
  run_passes(graph, passes);
  model.kernels = kernels_of(graph);
  model.graph = std::move(graph);
  return model;
}

LoweredModel lower_file(const std::string& name, const LowerOptions& options) {
  Graph graph = read_graph(name);
  return with_context(name, [&] { return lower(std::move(graph), options); });
}

LoweredModel lower_bytes(ByteSpan bytes, const LowerOptions& options) {
  return lower(read_onnx(bytes), options);
}

}  // namespace tacho
