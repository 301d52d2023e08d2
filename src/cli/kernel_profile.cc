// tacho kernel profile: measures what a workspace has not measured yet.
#include "cli/arguments.h"
#include "cli/kernel_backend.h"
#include "cli/kernel_verbs.h"
#include "cli/kernel_workspace.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "kernel_builder/profile_kernels.h"

namespace tacho {

int kernel_profile_verb(const Arguments& args) {
  WorkspaceOptions asked;
  BackendChoice choice;
  ProtocolOptions protocol;
  ProfileOptions options;
  CLI::App app("Measures the configurations of a workspace that have no latency yet.",
               "tacho kernel profile");
  asked.add_to(app);
  choice.add_to(app);
  protocol.add_to(app);
  app.add_flag("--retry", options.retry_failed, "Also what could not be measured before");
  app.footer(
      "Example: tacho kernel profile conv-bn-relu --workspace ws --backend libtorch:threads=1\n"
      "Results are kept as they come; a killed run goes on where it was.");
  if (!parse(app, args)) return 0;
  options.protocol = protocol.protocol;
  const Catalogue catalogue = user_catalogue();
  const Workspace workspace(asked.folder);
  const std::vector<const KernelType*> types = asked.types(catalogue, workspace, false);
  const KernelBackend opened = open_kernel_backend(choice, catalogue);
  PaceKernel pace;
  options.pace = &pace;
  size_t failed = 0;
  for (const KernelType* type : types) {
    print_problems(workspace.read(*type).problems);
    Progress progress(type->name(), workspace.read(*type).entries.size());
    options.progress = [&](size_t done, size_t) { progress.update(done); };
    const ProfileOutcome outcome = profile_kernels(workspace, *type, *opened.backend, options);
    progress.clear();
    print_notice(type->name() + ": measured " + std::to_string(outcome.measured));
    if (outcome.measured_again > 0) print_notice(type->name() + ": " + slow_phases(outcome));
    if (outcome.failed > 0) {
      print_notice(type->name() + ": " + std::to_string(outcome.failed) +
                   " could not be measured; the first: " + outcome.first_failure);
    }
    failed += outcome.failed;
  }
  return failed > 0 ? static_cast<int>(Fault::kInput) : 0;
}

}  // namespace tacho
