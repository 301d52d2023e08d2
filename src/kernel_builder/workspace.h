// A builder's workspace, laid out as nn-Meter's:
//
//   configs/predictorbuild_config.yaml                 the parameters (builder_settings.h)
//   predictor_build/results/<kernel>_<mark>.json       configurations: mark "prior", then
//                                                      "finegrained1", "finegrained2", …
//   predictor_build/results/profiled_<kernel>.json     the same entries with their latency
//   predictor_build/models/<kernel>_<id>.onnx          each as a model without weights
//   predictor_build/platform.json                      what they were measured on (ours)
//   predictor_build/predictors/<kernel>.safetensors    what was trained (ours)
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel_builder/builder_settings.h"
#include "kernel_builder/nnmeter_file.h"
#include "kernel_builder/random.h"

namespace tacho {

/// A configuration of a workspace, with what is known of it.
struct WorkspaceEntry {
  std::string id;
  KernelConfig config;
  std::optional<KernelLatency> latency;
  std::string error;  ///< why it could not be measured; empty if that was not tried
};

/// All entries of one kernel and what could not be used of its files, one line each.
struct WorkspaceKernel {
  std::vector<WorkspaceEntry> entries;  ///< by id, configurations' files first, in their order
  std::vector<std::string> problems;
};

class Workspace {
 public:
  /// Makes the folders and the YAML file. Throws Error if there is one already.
  static Workspace init(const std::string& folder, const BuilderSettings& settings);
  /// Throws Error if the folder has neither settings nor results.
  explicit Workspace(const std::string& folder);

  const BuilderSettings& settings() const { return settings_; }
  /// Kernels that have files in results/, by name.
  std::vector<std::string> kernels() const;
  /// Marks of a kernel's files of configurations, "prior" first.
  std::vector<std::string> marks(const std::string& kernel) const;
  bool has_mark(const std::string& kernel, const std::string& mark) const;
  /// Joins the files of configurations and the profiled file by id. Throws Error for a file that is
  /// of another shape; an entry that cannot be used is a problem, not an error.
  WorkspaceKernel read(const KernelType& type) const;

  /// Writes results/<kernel>_<mark>.json, with a fresh id for each, and their models.
  void add_configs(const KernelType& type, const std::string& mark,
                   const std::vector<KernelConfig>& configs, Random& random) const;
  std::filesystem::path config_path(const std::string& kernel, const std::string& mark) const;
  std::filesystem::path profiled_path(const std::string& kernel) const;
  std::filesystem::path predictor_path(const std::string& kernel) const;

  /// Throws Error if something was measured on another platform.
  void check_platform(const std::string& platform) const;
  /// Notes the platform, once. Throws Error if it is another one than before.
  void set_platform(const std::string& platform,
                    const std::map<std::string, std::string>& facts) const;
  /// Empty if nothing was measured yet, or nn-Meter did.
  std::string platform() const;

 private:
  std::filesystem::path results() const { return folder_ / "predictor_build" / "results"; }

  std::filesystem::path folder_;
  BuilderSettings settings_;
};

}  // namespace tacho
