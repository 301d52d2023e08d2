#include "backends/onnx_model.h"

#include <onnx/defs/schema.h>

#include <algorithm>

#include "common/text.h"
#include "graph_ir/onnx_writer.h"

namespace tacho {

std::vector<std::string> without_onnx_form(const Graph& graph) {
  std::vector<std::string> reasons;
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    const Node& node = graph.node(id);
    if (!node.alive) continue;
    const auto* schema =
        onnx::OpSchemaRegistry::Schema(node.op_type, static_cast<int>(graph.opset), node.domain);
    if (schema == nullptr) {
      reasons.push_back(graph.describe(id) + ": ONNX has no such operator at opset " +
                        std::to_string(graph.opset));
    }
  }
  return reasons;
}

std::string runnable_onnx(const Graph& graph) {
  Graph fixed = graph;
  for (std::vector<std::string>& symbols : fixed.input_symbols) {
    std::fill(symbols.begin(), symbols.end(), "");
  }
  OnnxWriteOptions options;
  options.weights_seed = 0;
  return onnx_bytes(fixed, options);
}

std::vector<OnnxInput> made_up_inputs(const Graph& graph) {
  std::vector<OnnxInput> inputs;
  for (const ValueId id : graph.inputs) {
    const Value& value = graph.value(id);
    inputs.push_back({value_name(graph, id),
                      value.dtype,
                      {value.dims->begin(), value.dims->end()},
                      input_data(graph, id)});
  }
  return inputs;
}

std::vector<std::string> output_names(const Graph& graph) {
  std::vector<std::string> names;
  for (const ValueId id : graph.outputs) names.push_back(value_name(graph, id));
  return names;
}

}  // namespace tacho
