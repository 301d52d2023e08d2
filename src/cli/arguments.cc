#include "cli/arguments.h"

#include <algorithm>

#include "cli/output.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

InputShape parse_shape(const std::string& text) {
  const auto wrong = [&](const std::string& why) {
    return Error("--shape " + text + ": " + why + "; write it as NAME:1x3x224x224", Fault::kUsage);
  };
  const size_t colon = text.rfind(':');  // an input's name may have colons itself
  if (colon == std::string::npos || colon == 0) throw wrong("the input's name is missing");
  InputShape shape;
  shape.name = text.substr(0, colon);
  std::string dims = text.substr(colon + 1);
  std::replace(dims.begin(), dims.end(), ',', 'x');
  if (dims.empty()) return shape;  // "NAME:" is a scalar
  for (const std::string& dim : split(dims, 'x')) {
    const bool digits = !dim.empty() && dim.size() <= 15 &&
                        dim.find_first_not_of("0123456789") == std::string::npos;
    if (!digits || std::stoll(dim) == 0) throw wrong("'" + dim + "' is not a positive integer");
    shape.dims.push_back(std::stoll(dim));
  }
  return shape;
}

std::string unknown_option_hint(const CLI::App& app, const Arguments& args) {
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  for (const std::string& arg : args) {
    const std::string name = arg.substr(0, arg.find('='));
    if (name.rfind("--", 0) != 0 || std::count(known.begin(), known.end(), name) > 0) continue;
    const std::string near = nearest_name(name, known);
    if (!near.empty()) return "; did you mean " + near + "?";
  }
  return "; --help lists the options";
}

}  // namespace

void FormatOptions::add_to(CLI::App& app) {
  CLI::Option* as_json = app.add_flag("--json", json, "Print JSON");
  CLI::Option* as_csv =
      app.add_flag("--csv", csv, "Print comma-separated values")->excludes(as_json);
  app.add_flag("--md", markdown, "Print a Markdown table")->excludes(as_json)->excludes(as_csv);
}

Format FormatOptions::format() const {
  if (json) return Format::kJson;
  if (csv) return Format::kCsv;
  return markdown ? Format::kMarkdown : Format::kText;
}

void ShapeOptions::add_to(CLI::App& app) {
  app.add_option("-b,--batch", batch,
                 "Batch size; default: what the file declares, 1 if that is symbolic")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 31).description(""))
      ->type_name("N");
  add_shapes_to(app);
}

void ShapeOptions::add_shapes_to(CLI::App& app) {
  add_list_option(app, "-s,--shape", shapes,
                  "Shape of an input, NAME:1x3x224x224; may be given several times")
      ->type_name("NAME:DIMS");
}

BindOptions ShapeOptions::bind() const {
  BindOptions options;
  options.batch = batch;
  for (const std::string& text : shapes) options.shapes.push_back(parse_shape(text));
  return options;
}

void FusionOptions::add_to(CLI::App& app) {
  app.add_option("--fusion-rules", file,
                 "What the platform fuses: a file of tacho kernel probe-fusion");
}

FusionRules FusionOptions::rules() const {
  return file.empty() ? FusionRules() : FusionRules::read_file(file);
}

CLI::Option* add_list_option(CLI::App& app, const std::string& names,
                             std::vector<std::string>& values, const std::string& help) {
  return app.add_option(names, values, help)->allow_extra_args(false);
}

bool parse(CLI::App& app, const Arguments& args) {
  try {
    app.parse(Arguments(args.rbegin(), args.rend()));  // CLI11 takes them last first
    return true;
  } catch (const CLI::CallForHelp&) {
    print(app.help());
    return false;
  } catch (const CLI::ExtrasError& e) {
    throw Error(app.get_name() + ": " + e.what() + unknown_option_hint(app, args), Fault::kUsage);
  } catch (const CLI::ParseError& e) {
    throw Error(app.get_name() + ": " + e.what() + "; --help shows an example", Fault::kUsage);
  }
}

}  // namespace tacho
