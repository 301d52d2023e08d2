// tacho show --platform: what a backend makes of a model.
#include <map>
#include <nlohmann/json.hpp>

#include "backends/measure_graph.h"
#include "cli/backend_choice.h"
#include "cli/models.h"
#include "cli/show_parts.h"

namespace tacho {
namespace {

std::map<std::string, int> count_operators(const Graph& graph) {
  std::map<std::string, int> counts;
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    const Node& node = graph.node(id);
    if (node.alive) ++counts[node.op == Op::kSilu ? "SiLU" : node.op_type];
  }
  return counts;
}

Table steps_table(const Backend& backend, const Graph& graph, const Graph& runnable,
                  const CompiledModel& compiled) {
  Table table;
  table.columns = {{"step"}, {"what"}};
  const std::map<std::string, int> before = count_operators(graph);
  for (const auto& [name, count] : count_operators(runnable)) {
    const auto was = before.find(name);
    const int more = count - (was == before.end() ? 0 : was->second);
    if (more <= 0) continue;
    table.rows.push_back({"named", std::to_string(more) + " × " + name +
                                       ", which the file spells out in simpler operators"});
  }
  for (const std::string& line : backend.split_off(runnable)) {
    table.rows.push_back({"split off", line});
  }
  const std::vector<std::string> plan = compiled.plan();
  for (const std::string& line : plan) table.rows.push_back({"runs", line});
  if (plan.empty()) {
    table.rows.push_back({"runs", std::to_string(runnable.num_live_nodes()) + " operators; what " +
                                      backend.name() + " fuses inside itself it does not tell"});
  }
  return table;
}

}  // namespace

int show_on_platform(const std::vector<std::string>& models, const LowerOptions& how,
                     const std::string& backend_or_platform, Format format) {
  const std::unique_ptr<Backend> backend = open_here(backend_or_platform);
  Faults faults;
  JsonItems json(format == Format::kJson, "models",
                 json_context({{"platform", backend->platform()}}));
  for_each_model(models, faults, [&](NamedGraph file) {
    for (const std::string& notice : infer_shapes(file.graph, how.bind)) {
      print_notice(file.name + ": " + notice);
    }
    const Graph runnable = runnable_graph(*backend, file.graph);
    const Table steps = steps_table(*backend, file.graph, runnable, *backend->compile(runnable));
    if (format == Format::kJson) {
      json.add({{"model", file.name}, {"steps", table_json(steps)}});
    } else {
      if (models.size() > 1 && format == Format::kText) print(file.name + "\n");
      print_table(steps, format);
    }
  });
  return faults.exit_code();
}

}  // namespace tacho
