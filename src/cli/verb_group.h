// A program, or a verb of it, that is divided into verbs: `tacho`, `tacho kernel`, `tacho linear`.
#pragma once

#include <string>
#include <vector>

#include "cli/verb.h"

namespace tacho {

struct NamedVerb {
  const char* name;
  const char* summary;  ///< null: for programs, not listed in the help
  int (*run)(const Arguments&);
  const char* program = nullptr;    ///< handed over to this sibling instead of `run`
  bool is_verb_of_program = false;  ///< the sibling is told the verb's name before its arguments
};

struct VerbGroup {
  std::string command;           ///< how it is called: "tacho", "tacho kernel"
  std::string about;             ///< the first line of its help
  std::vector<NamedVerb> verbs;  ///< in the order in which the help lists them
  std::string footer;            ///< the last lines of its help, an example first
};

/// Runs the verb that `args` begins with, and returns its exit code. Without one, or for --help,
/// prints the help. Throws Error (usage) with the nearest name for a verb that does not exist.
int run_verb(const VerbGroup& group, const Arguments& args);

/// The whole of main(): what is thrown becomes a line on stderr and the exit code.
int run_program(const VerbGroup& group, int argc, char** argv);

}  // namespace tacho
