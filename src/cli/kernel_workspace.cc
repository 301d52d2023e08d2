#include "cli/kernel_workspace.h"

#include "cli/output.h"
#include "common/text.h"

namespace tacho {

void WorkspaceOptions::add_to(CLI::App& app) {
  app.add_option("kernels", kernels, "Kernels of the workspace; tacho kernel list shows all");
  app.add_flag("--all", all, "All kernels of the workspace");
  app.add_option("-w,--workspace", folder, "Its folder; tacho kernel init makes one")->required();
}

std::vector<const KernelType*> WorkspaceOptions::types(const Catalogue& catalogue,
                                                       const Workspace& workspace,
                                                       bool of_settings) const {
  if (kernels.empty() != all) {
    throw Error("name kernels or --all, one of the two", Fault::kUsage);
  }
  std::vector<std::string> names = kernels;
  if (all && !of_settings) names = workspace.kernels();
  if (all && of_settings) {
    for (const KernelSettings& s : workspace.settings().kernels) names.push_back(s.kernel);
  }
  if (names.empty()) throw Error(folder + ": the workspace has no kernels");
  std::vector<const KernelType*> types;
  for (const std::string& name : names) {
    const KernelType* found = catalogue.find(name);
    if (found == nullptr && all && !of_settings) {  // files of another program's, or of before
      print_notice("no kernel '" + printable(name) +
                   "' in the catalogue; its files are left alone");
      continue;
    }
    types.push_back(found != nullptr ? found : &catalogue.at(name));
  }
  if (types.empty()) throw Error(folder + ": the workspace has no kernel of the catalogue");
  return types;
}

ProtocolOptions::ProtocolOptions() {
  protocol.min_seconds = 0.2;  // there are thousands of kernels, of a few milliseconds each
}

void ProtocolOptions::add_to(CLI::App& app) {
  app.add_option("--min-runs", protocol.min_runs, "Timed runs, at least")
      ->check(CLI::Range(1, 1000000).description(""))
      ->capture_default_str();
  app.add_option("--min-seconds", protocol.min_seconds, "Timed seconds, at least")
      ->check(CLI::Range(0.0, 3600.0).description(""))
      ->capture_default_str();
}

void print_problems(const std::vector<std::string>& problems) {
  constexpr size_t kShown = 5;
  for (size_t i = 0; i < std::min(kShown, problems.size()); ++i) {
    print_notice("skipped: " + problems[i]);
  }
  if (problems.size() > kShown) {
    print_notice("skipped: " + std::to_string(problems.size() - kShown) + " more");
  }
}

}  // namespace tacho
