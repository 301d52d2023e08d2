#include "cli/verb_group.h"

#include <algorithm>
#include <exception>

#include "cli/output.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

std::string help_of(const VerbGroup& group) {
  size_t width = 0;
  for (const NamedVerb& verb : group.verbs) {
    if (verb.summary == nullptr) continue;
    width = std::max(width, std::string(verb.name).size());
  }
  std::string text = group.about + "\n\nUsage: " + group.command + " VERB ...    " + group.command +
                     " VERB --help shows its options with an example\n\n";
  for (const NamedVerb& verb : group.verbs) {
    if (verb.summary == nullptr) continue;
    std::string name = verb.name;
    name.resize(width + 2, ' ');
    text += "  " + name + verb.summary + "\n";
  }
  return text + "\n" + group.footer + "\n";
}

}  // namespace

int run_verb(const VerbGroup& group, const Arguments& args) {
  if (args.empty() || args[0] == "--help" || args[0] == "-h" || args[0] == "help") {
    print(help_of(group));
    return args.empty() ? static_cast<int>(Fault::kUsage) : 0;
  }
  if (args[0] == "--version") {
    print("tacho " TACHO_VERSION "\n");
    return 0;
  }
  std::vector<std::string> names;
  for (const NamedVerb& verb : group.verbs) {
    if (verb.summary != nullptr) names.emplace_back(verb.name);
    if (args[0] != verb.name) continue;
    const Arguments rest(args.begin() + 1, args.end());
    if (verb.program != nullptr)
      become_sibling(verb.program, verb.is_verb_of_program ? args : rest);
    return verb.run(rest);
  }
  // Messages begin with "tacho: " already.
  const size_t space = group.command.find(' ');
  const std::string where =
      space == std::string::npos ? "" : group.command.substr(space + 1) + ": ";
  throw Error(where + "no verb '" + args[0] + "'" + name_hint(args[0], names), Fault::kUsage);
}

int run_program(const VerbGroup& group, int argc, char** argv) {
  Faults faults;
  int code = 0;
  try {
    code = run_verb(group, Arguments(argv + 1, argv + argc));
    flush_results();
  } catch (const Error& e) {
    faults.report(e);
  } catch (const std::exception& e) {
    faults.report(Error(e.what()));
  }
  return faults.any() ? faults.exit_code() : code;
}

}  // namespace tacho
