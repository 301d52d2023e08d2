// The options by which verbs take some labels of several files.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "dataset/label_choice.h"

namespace tacho {

/// --platform, --sample, --seed, --on-conflict.
struct LabelOptions {
  LabelChoice choice;
  std::string on_conflict = "refuse";

  void add_to(CLI::App& app);
  /// Reads the files and drops what is not asked for; says on stderr what was settled.
  std::vector<LabelTable> read(const std::vector<std::string>& paths) const;
};

}  // namespace tacho
