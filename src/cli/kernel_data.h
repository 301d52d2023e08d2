// Files of measured kernels as the verbs of `tacho kernel` take them.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "kernel_builder/device_facts.h"
#include "kernel_builder/kernel_accuracy.h"
#include "kernel_builder/kernel_table.h"
#include "kernel_builder/kernel_training.h"

namespace tacho {

/// DATA..., --kernel, --platform-of-data, --devices.
struct KernelDataOptions {
  std::vector<std::string> paths;
  KernelTableOptions table;
  std::string devices;

  void add_to(CLI::App& app);
};

struct KernelData {
  KernelTable table;
  DeviceTable devices;
};

/// Files, or folders of which all CSV files are read. A CSV file of device facts (a column
/// bandwidth_gb_s) among them, or beside the first, adds its devices. Says on stderr what was left
/// out. Throws Error where nothing is left.
KernelData read_kernel_data(const KernelDataOptions& options, const Catalogue& catalogue);

/// Says on stderr which rows of a table could not be used.
void print_left_out(const KernelTable& table);

/// Columns kernel, platform, rows, mean_error_percent, …
Table kernel_accuracy_table(const std::vector<KernelAccuracy>& list);
/// The same for all methods that a training tried, platform by platform and their means.
Table kernel_figures_table(const std::vector<KernelFigures>& figures);

}  // namespace tacho
