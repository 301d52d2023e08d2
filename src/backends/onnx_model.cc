#include "backends/onnx_model.h"

#include <algorithm>

#include "common/text.h"
#include "graph_ir/onnx_schema.h"
#include "graph_ir/onnx_writer.h"

namespace tacho {
namespace {

constexpr int64_t kNewestOpset = 1000;  // whichever that is

// The input that says what the output's shape is; 0: none does.
size_t shape_input(Op op) {
  if (op == Op::kReshape || op == Op::kExpand) return 1;
  return op == Op::kResize ? 3 : 0;
}

// Constant shapes as they were inferred: a batch that was asked for is not in the file's.
void fix_shapes(Graph& graph) {
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    const Node& node = graph.node(id);
    const size_t i = node.alive ? shape_input(node.op) : 0;
    if (i == 0 || node.inputs.size() <= i || node.inputs[i] == kNoValue) continue;
    const std::optional<Dims> dims = graph.value(node.outputs[0]).dims;
    if (!graph.value(node.inputs[i]).is_constant || !dims) continue;
    Value shape;
    shape.name = value_name(graph, node.outputs[0]) + "_shape";
    shape.dtype = DType::kInt64;
    shape.dims = Dims{static_cast<int64_t>(dims->size())};
    shape.literal = Literal{{dims->begin(), dims->end()}, {}};
    shape.is_constant = shape.is_initializer = true;
    graph.set_input(id, i, graph.add_value(shape));
  }
}

}  // namespace

std::vector<std::string> without_onnx_form(const Graph& graph) {
  std::vector<std::string> reasons;
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    const Node& node = graph.node(id);
    if (!node.alive) continue;
    if (!onnx_has_operator(node.op_type, graph.opset, node.domain)) {
      reasons.push_back(graph.describe(id) + ": ONNX has no such operator at opset " +
                        std::to_string(graph.opset));
    }
  }
  return reasons;
}

std::vector<Op> onnx_operators() {
  std::vector<Op> ops;
  for (int op = 1; op < static_cast<int>(Op::kCount); ++op) {
    const std::string name(op_name(static_cast<Op>(op)));
    if (onnx_has_operator(name, kNewestOpset)) ops.push_back(static_cast<Op>(op));
  }
  return ops;
}

std::string runnable_onnx(const Graph& graph) {
  Graph fixed = graph;
  for (std::vector<std::string>& symbols : fixed.input_symbols) {
    std::fill(symbols.begin(), symbols.end(), "");
  }
  fix_shapes(fixed);
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
