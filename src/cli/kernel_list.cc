// tacho kernel list: the catalogue.
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/kernel_verbs.h"
#include "cli/output.h"
#include "common/text.h"

namespace tacho {
namespace {

std::string absent_text(const KernelParameter& p) {
  switch (p.absent) {
    case kRequired:
      return "";
    case kSamePadding:
      return "=(k-1)/2";
    case kSameAsCin:
      return "=cin";
    default:
      return "=" + std::to_string(p.absent);
  }
}

std::string parameters_text(const KernelType& type) {
  std::vector<std::string> parts;
  for (const KernelParameter& p : type.parameters()) parts.push_back(p.name + absent_text(p));
  return join(parts, " ");
}

}  // namespace

int kernel_list_verb(const Arguments& args) {
  FormatOptions format;
  CLI::App app("All kernels with their parameters and the predictor that each shares.",
               "tacho kernel list");
  format.add_to(app);
  app.footer(
      "Example: tacho kernel list --json\n"
      "Parameters with '=' may be left out of a configuration; * marks registered kernels.");
  if (!parse(app, args)) return 0;
  Table table;
  table.columns = {{"kernel"}, {"parameters"}, {"predictor"}, {"origin"}};
  const Catalogue catalogue = user_catalogue();
  for (const auto& type : catalogue.types()) {
    const char* origin = type->custom()    ? "registered"
                         : type->nnmeter() ? "nn-Meter"
                                           : "Tachograph";
    const bool marked = type->custom() && format.format() != Format::kJson;
    table.rows.push_back(
        {type->name() + (marked ? " *" : ""), parameters_text(*type), type->predictor(), origin});
  }
  if (format.format() == Format::kJson) {
    JsonItems json(true, "kernels", json_context());
    for (const auto& item : table_json(table)) json.add(item);
  } else {
    print_table(table, format.format());
  }
  return 0;
}

}  // namespace tacho
