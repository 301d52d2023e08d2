// tacho kernel export: a workspace's measurements as CSV.
#include <filesystem>

#include "cli/arguments.h"
#include "cli/kernel_verbs.h"
#include "cli/kernel_workspace.h"
#include "cli/output.h"
#include "common/csv.h"
#include "common/side_file.h"
#include "common/text.h"

namespace tacho {
namespace {

std::string csv_row(const KernelType& type, const WorkspaceEntry& measured,
                    const std::string& platform) {
  return csv_field(to_text(type, measured.config)) + "," + csv_field(platform) + "," +
         significant(measured.latency->mean_ms, 6) + "," +
         significant(measured.latency->stddev_ms, 6) + "\n";
}

}  // namespace

int kernel_export_verb(const Arguments& args) {
  WorkspaceOptions asked;
  std::string output, platform;
  CLI::App app("A workspace's measurements as CSV: kernel,platform,latency_ms,stddev_ms.",
               "tacho kernel export");
  asked.add_to(app);
  app.add_option(
      "-p,--platform", platform,
      "The platform's name in the file; default: what was measured on, else the folder's name");
  app.add_option("-o,--output", output, "The CSV file to write; default: stdout");
  app.footer("Example: tacho kernel export --all --workspace ws -o kernels.csv");
  if (!parse(app, args)) return 0;
  const Catalogue catalogue = user_catalogue();
  const Workspace workspace(asked.folder);
  if (platform.empty()) platform = workspace.platform();
  if (platform.empty()) {
    platform = std::filesystem::weakly_canonical(asked.folder).filename().string();
  }
  std::string text = "kernel,platform,latency_ms,stddev_ms\n";
  size_t rows = 0;
  Faults faults;
  for (const KernelType* type : asked.types(catalogue, workspace, false)) {
    try {
      const WorkspaceKernel kernel = workspace.read(*type);
      print_problems(kernel.problems);
      for (const WorkspaceEntry& e : kernel.entries) {
        if (!e.latency) continue;
        text += csv_row(*type, e, platform);
        ++rows;
      }
    } catch (const Error& e) {
      faults.report(e);
    }
  }
  if (rows == 0 && faults.any()) return faults.exit_code();
  if (rows == 0)
    throw Error(asked.folder + ": nothing was measured yet; tacho kernel profile does");
  if (output.empty()) {
    print(text);
  } else {
    write_whole_file(output, text);
  }
  return faults.exit_code();
}

}  // namespace tacho
