// Options that the verbs with a workspace share.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "backends/measure.h"
#include "kernel_builder/catalogue.h"
#include "kernel_builder/workspace.h"

namespace tacho {

/// --workspace, and which of its kernels.
struct WorkspaceOptions {
  std::string folder;
  std::vector<std::string> kernels;
  bool all = false;

  void add_to(CLI::App& app);
  /// Throws Error (usage) if neither kernels nor --all were named, or a kernel is not known.
  /// `of_settings`: --all means those of the YAML file, else those that have files; a notice names
  /// what has files and is not in the catalogue.
  std::vector<const KernelType*> types(const Catalogue& catalogue, const Workspace& workspace,
                                       bool of_settings) const;
};

/// --min-runs and --min-seconds, with defaults for single kernels.
struct ProtocolOptions {
  MeasureOptions protocol;

  ProtocolOptions();
  void add_to(CLI::App& app);
};

/// Says what could not be used of a kernel's files: the first few, and how many more.
void print_problems(const std::vector<std::string>& problems);

}  // namespace tacho
