// Options that several verbs share, and parsing with our way of saying what is wrong.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/verb.h"
#include "common/table.h"
#include "graph_ir/fusion_rules.h"
#include "graph_ir/infer/infer_shapes.h"

namespace tacho {

/// --json, --csv, --md; at most one.
struct FormatOptions {
  bool json = false;
  bool csv = false;
  bool markdown = false;

  void add_to(CLI::App& app);
  Format format() const;
};

/// --batch and --shape.
struct ShapeOptions {
  std::optional<int64_t> batch;
  std::vector<std::string> shapes;  ///< "input:1x3x224x224"

  void add_to(CLI::App& app);
  void add_shapes_to(CLI::App& app);  ///< --shape alone
  /// Throws Error (usage) for a shape that cannot be read.
  BindOptions bind() const;
};

/// --fusion-rules.
struct FusionOptions {
  std::string file;

  void add_to(CLI::App& app);
  /// Those of the file; none, which is what runtimes have in common, if no file is named. Throws
  /// Error naming the file.
  FusionRules rules() const;
};

/// An option that may be given several times, with one value each time (so that the model after it
/// is not taken for another value).
CLI::Option* add_list_option(CLI::App& app, const std::string& names,
                             std::vector<std::string>& values, const std::string& help);

/// False if help was asked for, which is then printed. Throws Error (usage), naming the nearest
/// option for one that does not exist.
bool parse(CLI::App& app, const Arguments& args);

}  // namespace tacho
