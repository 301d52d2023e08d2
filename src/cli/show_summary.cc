#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/models.h"
#include "cli/show_parts.h"
#include "common/text.h"

namespace tacho {
namespace {

using Json = nlohmann::ordered_json;

std::string shape_text(const Value& value) {
  return value.dims.has_value() ? dims_text(*value.dims) : "?";
}

std::string shapes_text(const Graph& graph, const std::vector<ValueId>& values) {
  std::vector<std::string> parts;
  for (const ValueId v : values) {
    const Value& value = graph.value(v);
    parts.push_back(value.name + ":" + shape_text(value) + " " +
                    std::string(dtype_name(value.dtype)));
  }
  return join(parts);
}

/// Operator types of the file with their numbers, most frequent first, then by name.
std::vector<std::pair<std::string, int>> operator_counts(const Graph& graph) {
  std::map<std::string, int> counts;
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    if (graph.node(id).alive) ++counts[graph.node(id).op_type];
  }
  std::vector<std::pair<std::string, int>> list(counts.begin(), counts.end());
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return list;
}

Json tensors_json(const Graph& graph, const std::vector<ValueId>& values) {
  Json list = Json::array();
  for (const ValueId v : values) {
    const Value& value = graph.value(v);
    Json dims;
    if (value.dims.has_value()) dims = std::vector<int64_t>(value.dims->begin(), value.dims->end());
    list.push_back({{"name", value.name}, {"dims", dims}, {"dtype", dtype_name(value.dtype)}});
  }
  return list;
}

}  // namespace

Table summary_table(const ShownModel& model) {
  const Graph& graph = model.lowered.graph;
  const GraphTotals totals = totals_of(graph, model.lowered.kernels);
  const auto million = [](double x) { return significant(x * 1e-6, 4); };
  std::vector<std::string> operators;
  for (const auto& [name, count] : operator_counts(model.file_graph)) {
    operators.push_back(name + " " + std::to_string(count));
  }
  Table table;
  table.columns = {{"what", "model"}, {"value", printable(model.name)}};
  table.rows = {
      {"graph", graph.name.empty() ? "(unnamed)" : graph.name},
      {"opset", std::to_string(graph.opset) + ", IR version " + std::to_string(graph.ir_version)},
      {"inputs", shapes_text(graph, graph.inputs)},
      {"outputs", shapes_text(graph, graph.outputs)},
      {"nodes", std::to_string(model.file_graph.num_live_nodes()) + " in the file, " +
                    std::to_string(model.lowered.kernels.kernels.size()) + " kernels after fusion"},
      {"operators", join(operators)},
      {"GFLOPs", significant(totals.cost.flops * 1e-9, 4)},
      {"GMACs", significant(totals.cost.macs * 1e-9, 4)},
      {"parameters", million(totals.cost.params) + " M"},
      {"activations", million(totals.cost.activations) + " M elements of conv and fc outputs"},
      {"bytes", million(totals.cost.read_bytes) + " MB read (" + million(totals.cost.weight_bytes) +
                    " MB weights), " + million(totals.cost.write_bytes) + " MB written"},
      {"intensity", significant(totals.cost.intensity(), 3) + " FLOPs per byte"},
  };
  const std::string unknown = unknown_operators_text(model.lowered);
  if (!unknown.empty())
    table.rows.push_back({"unknown", unknown + ", costed by their bytes alone"});
  return table;
}

Json summary_json(const ShownModel& model) {
  const Graph& graph = model.lowered.graph;
  const GraphTotals totals = totals_of(graph, model.lowered.kernels);
  Json json;
  json["model"] = model.name;
  json["graph"] = graph.name;
  json["opset"] = graph.opset;
  json["ir_version"] = graph.ir_version;
  json["inputs"] = tensors_json(graph, graph.inputs);
  json["outputs"] = tensors_json(graph, graph.outputs);
  json["nodes"] = model.file_graph.num_live_nodes();
  json["kernels"] = model.lowered.kernels.kernels.size();
  json["operators"] = Json::object();
  for (const auto& [name, count] : operator_counts(model.file_graph))
    json["operators"][name] = count;
  json["unknown_operators"] = Json::object();
  for (const auto& [name, count] : model.lowered.unknown_operators)
    json["unknown_operators"][name] = count;
  // Counts, exact as long as doubles are: not rounded as predictions are.
  json["flops"] = totals.cost.flops;
  json["macs"] = totals.cost.macs;
  json["params"] = totals.cost.params;
  json["activations"] = totals.cost.activations;
  json["input_elements"] = totals.input_elements;
  json["read_bytes"] = totals.cost.read_bytes;
  json["write_bytes"] = totals.cost.write_bytes;
  json["weight_bytes"] = totals.cost.weight_bytes;
  json["flops_per_byte"] = json_number(totals.cost.intensity());
  json["notices"] = model.lowered.notices;
  return json;
}

}  // namespace tacho
