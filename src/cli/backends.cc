// tacho backends: what can run models on this machine, and why the rest cannot.
#include <nlohmann/json.hpp>

#include "backends/registry.h"
#include "cli/arguments.h"
#include "cli/output.h"

namespace tacho {
namespace {

std::string options_text(const BackendKind& kind) {
  std::string text;
  for (const BackendOption& option : kind.options) {
    text += (text.empty() ? "" : ", ") + std::string(option.name);
  }
  return text;
}

}  // namespace

int backends_verb(const Arguments& args) {
  FormatOptions format;
  CLI::App app("What can run models here, and the platform that each would be.", "tacho backends");
  format.add_to(app);
  app.footer(
      "Example: tacho backends --json\n"
      "A backend is named with its options: --backend libtorch:threads=1,\n"
      "--backend replay:file=kernels.csv,platform=gpu-t4");
  if (!parse(app, args)) return 0;

  Table table;
  table.columns = {{"backend"},
                   {"platform"},
                   {"options"},
                   {"what_it_does", "what it does"},
                   {"not_available", "not available because"}};
  nlohmann::ordered_json facts;
  for (const BackendKind& kind : backend_kinds()) {
    std::vector<Cell> row{kind.name, {}, options_text(kind), kind.summary, {}};
    try {
      const std::unique_ptr<Backend> backend = open_backend(kind.name);
      row[1] = backend->platform();
      for (const auto& [key, value] : backend->facts()) facts[kind.name][key] = value;
    } catch (const Error& e) {
      row[4] = std::string(e.what());
    }
    table.rows.push_back(row);
  }
  if (format.format() != Format::kJson) {
    print_table(table, format.format());
    return 0;
  }
  JsonItems json(true, "backends", json_context());
  nlohmann::ordered_json items = table_json(table);
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string name = backend_kinds()[i].name;
    items[i]["facts"] = facts.contains(name) ? facts[name] : nlohmann::ordered_json::object();
    for (const BackendOption& option : backend_kinds()[i].options) {
      items[i]["option_help"][option.name] = option.help;
    }
    json.add(items[i]);
  }
  return 0;
}

}  // namespace tacho
