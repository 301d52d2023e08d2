#include "cli/show_table.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/models.h"
#include "common/error.h"
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

std::string node_text(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  return node.name.empty() ? node.op_type + " #" + std::to_string(id) : node.name;
}

std::string first_shape(const Graph& graph, const Node& node, bool outputs) {
  const auto shape = [&](ValueId v) { return v == kNoValue ? "" : shape_text(graph.value(v)); };
  if (outputs) return node.outputs.empty() ? "" : shape(node.outputs.front());
  return node.inputs.empty() ? "" : shape(node.inputs.front());
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

/// Compares two cells of one column: nothing before numbers before words.
bool cell_less(const Cell& a, const Cell& b) {
  const auto number = [](const Cell& c, double& x) {
    if (const auto* i = std::get_if<int64_t>(&c)) x = static_cast<double>(*i);
    if (const auto* d = std::get_if<double>(&c)) x = *d;
    return std::holds_alternative<int64_t>(c) || std::holds_alternative<double>(c);
  };
  double x = 0, y = 0;
  if (number(a, x) && number(b, y)) return x < y;
  return a < b;
}

std::string dot_quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
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

Table kernel_table(const ShownModel& model) {
  const Graph& graph = model.lowered.graph;
  Table table;
  table.columns = {{"index", "#"},
                   {"kernel"},
                   {"node"},
                   {"op"},
                   {"input"},
                   {"output"},
                   {"flops", "MFLOPs", 3, 1e-6},
                   {"macs", "MMACs", 3, 1e-6},
                   {"params"},
                   {"activations"},
                   {"read_bytes", "read MB", 3, 1e-6},
                   {"write_bytes", "write MB", 3, 1e-6},
                   {"weight_bytes", "weights MB", 3, 1e-6},
                   {"flops_per_byte", "FLOPs/B"}};
  const std::vector<Kernel>& kernels = model.lowered.kernels.kernels;
  for (size_t i = 0; i < kernels.size(); ++i) {
    const Node& node = graph.node(kernels[i].node);
    const Cost& cost = kernels[i].cost;
    const auto count = [](double x) { return static_cast<int64_t>(x); };
    table.rows.push_back(
        {static_cast<int64_t>(i), kernels[i].type, node_text(graph, kernels[i].node), node.op_type,
         first_shape(graph, node, false), first_shape(graph, node, true), count(cost.flops),
         count(cost.macs), count(cost.params), count(cost.activations), count(cost.read_bytes),
         count(cost.write_bytes), count(cost.weight_bytes), cost.intensity()});
  }
  return table;
}

Table select_columns(const Table& table, const std::vector<std::string>& columns,
                     const std::string& sort) {
  std::vector<std::string> known;
  for (const Column& column : table.columns) known.push_back(column.key);
  const auto index_of = [&](const std::string& key) {
    const auto found = std::find(known.begin(), known.end(), key);
    if (found == known.end())
      throw Error("no column '" + key + "'" + name_hint(key, known), Fault::kUsage);
    return static_cast<size_t>(found - known.begin());
  };
  Table sorted = table;
  if (!sort.empty()) {
    const bool directed = sort[0] == '+' || sort[0] == '-';
    const size_t by = index_of(directed ? sort.substr(1) : sort);
    const bool words =
        !table.rows.empty() && std::holds_alternative<std::string>(table.rows[0][by]);
    const bool ascending = directed ? sort[0] == '+' : words;
    std::stable_sort(sorted.rows.begin(), sorted.rows.end(), [&](const auto& a, const auto& b) {
      return ascending ? cell_less(a[by], b[by]) : cell_less(b[by], a[by]);
    });
  }
  if (columns.empty()) return sorted;
  Table chosen;
  for (const std::string& key : columns) chosen.columns.push_back(table.columns[index_of(key)]);
  for (const std::vector<Cell>& row : sorted.rows) {
    chosen.rows.emplace_back();
    for (const std::string& key : columns) chosen.rows.back().push_back(row[index_of(key)]);
  }
  return chosen;
}

std::string kernels_dot(const ShownModel& model) {
  const Graph& graph = model.lowered.graph;
  const KernelGraph& kernels = model.lowered.kernels;
  std::string out = "digraph " + dot_quoted(model.name) + " {\n  node [shape=box];\n";
  for (size_t i = 0; i < kernels.kernels.size(); ++i) {
    const Kernel& kernel = kernels.kernels[i];
    const std::string label = kernel.type + "  " + node_text(graph, kernel.node) + "  " +
                              first_shape(graph, graph.node(kernel.node), true);
    out += "  k" + std::to_string(i) + " [label=" + dot_quoted(label) + "];\n";
  }
  for (const auto& [from, to] : kernels.edges) {
    out += "  k" + std::to_string(from) + " -> k" + std::to_string(to) + ";\n";
  }
  return out + "}\n";
}

}  // namespace tacho
