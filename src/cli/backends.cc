// tacho backends: what can run models on this machine, and why the rest cannot.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "backends/registry.h"
#include "cli/arguments.h"
#include "cli/output.h"
#include "common/text.h"

namespace tacho {
namespace {

/// A backend, plain or as one of its variants.
struct Listed {
  const BackendKind* kind;
  std::string spec;  ///< "onednn:type=int8"
  std::string platform, why_not;
  std::map<std::string, std::string> facts;
  std::optional<std::vector<std::string>> lacks;  ///< operators; nullopt: it cannot tell
};

// Those that ONNX has, which a runtime computes: passes introduce the rest, and a constant is no
// work.
bool is_operator(Op op) {
  return op != Op::kUnknown && op != Op::kConstant && op < Op::kFusedAttention;
}

std::vector<std::string> operators_beside(std::vector<Op> has) {
  std::vector<std::string> names;
  for (int i = 0; i < static_cast<int>(Op::kCount); ++i) {
    const Op op = static_cast<Op>(i);
    if (is_operator(op) && std::count(has.begin(), has.end(), op) == 0) {
      names.emplace_back(op_name(op));
    }
  }
  return names;
}

Listed look_at(const BackendKind& kind, const std::string& spec) {
  Listed listed{&kind, spec, {}, {}, {}, {}};
  try {
    const std::unique_ptr<Backend> backend = open_backend(spec);
    listed.platform = backend->platform();
    listed.facts = backend->facts();
    if (const auto has = backend->operators()) listed.lacks = operators_beside(*has);
  } catch (const Error& e) {
    listed.why_not = e.what();
  }
  return listed;
}

std::vector<Listed> look_at_all() {
  std::vector<Listed> all;
  for (const BackendKind& kind : backend_kinds()) {
    all.push_back(look_at(kind, kind.name));
    if (!all.back().why_not.empty()) continue;
    for (const char* variant : kind.variants) {
      all.push_back(look_at(kind, std::string(kind.name) + ":" + variant));
    }
  }
  return all;
}

std::string options_text(const BackendKind& kind) {
  std::string text;
  for (const BackendOption& option : kind.options) {
    text += (text.empty() ? "" : ", ") + std::string(option.name);
  }
  return text;
}

Cell text_or_none(const std::string& text) { return text.empty() ? Cell{} : Cell{text}; }

Table backend_table(const std::vector<Listed>& all) {
  Table table;
  table.columns = {{"backend"},
                   {"platform"},
                   {"options"},
                   {"lacking_operators", "operators it lacks"},
                   {"what_it_does", "what it does"},
                   {"not_available", "not available because"}};
  for (const Listed& one : all) {
    const Cell lacks = one.lacks ? Cell{static_cast<int64_t>(one.lacks->size())} : Cell{};
    table.rows.push_back({one.spec, text_or_none(one.platform), options_text(*one.kind), lacks,
                          one.kind->summary, text_or_none(one.why_not)});
  }
  return table;
}

Table operator_table(const std::vector<Listed>& all) {
  Table table;
  table.columns = {{"backend"}, {"lacking_operators", "operators it lacks"}};
  for (const Listed& one : all) {
    if (one.lacks) table.rows.push_back({one.spec, join(*one.lacks)});
  }
  return table;
}

void print_json(const std::vector<Listed>& all) {
  JsonItems json(true, "backends", json_context());
  nlohmann::ordered_json items = table_json(backend_table(all));
  for (size_t i = 0; i < items.size(); ++i) {
    const Listed& one = all[i];
    items[i]["lacking_operators"] =
        one.lacks ? nlohmann::ordered_json(*one.lacks) : nlohmann::ordered_json();
    items[i]["facts"] = nlohmann::ordered_json::object();
    for (const auto& [key, value] : one.facts) items[i]["facts"][key] = value;
    for (const BackendOption& option : one.kind->options) {
      items[i]["option_help"][option.name] = option.help;
    }
    json.add(items[i]);
  }
}

}  // namespace

int backends_verb(const Arguments& args) {
  FormatOptions format;
  bool operators = false;
  CLI::App app("What can run models here, and the platform that each would be.", "tacho backends");
  app.add_flag("--operators", operators, "The operators that each lacks, by name");
  format.add_to(app);
  app.footer(
      "Example: tacho backends --json\n"
      "A backend is named with its options: --backend libtorch:threads=1,\n"
      "--backend replay:file=kernels.csv,platform=gpu-t4");
  if (!parse(app, args)) return 0;
  const std::vector<Listed> all = look_at_all();
  if (format.format() == Format::kJson) {
    print_json(all);
  } else {
    print_table(operators ? operator_table(all) : backend_table(all), format.format());
  }
  return 0;
}

}  // namespace tacho
