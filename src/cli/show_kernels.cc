#include <algorithm>

#include "cli/show_parts.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

std::string node_text(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  return node.name.empty() ? node.op_type + " #" + std::to_string(id) : node.name;
}

std::string first_shape(const Graph& graph, const Node& node, bool outputs) {
  const auto shape = [&](ValueId v) {
    return v == kNoValue ? "" : dims_text(graph.value(v).dims.value_or(Dims{kUnknownDim}));
  };
  if (outputs) return node.outputs.empty() ? "" : shape(node.outputs.front());
  return node.inputs.empty() ? "" : shape(node.inputs.front());
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
