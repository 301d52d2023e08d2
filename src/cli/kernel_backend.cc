#include "cli/kernel_backend.h"

#include <algorithm>

#include "backends/registry.h"
#include "backends/replay/replay_backend.h"
#include "cli/kernel_data.h"
#include "common/error.h"

namespace tacho {
namespace {

constexpr const char* kReplay = "replay";

const BackendKind& replay_kind() {
  const auto& kinds = backend_kinds();
  return *std::find_if(kinds.begin(), kinds.end(),
                       [](const BackendKind& kind) { return kind.name == std::string(kReplay); });
}

}  // namespace

KernelBackend open_kernel_backend(const BackendChoice& choice, const Catalogue& catalogue) {
  if (backend_name(choice.backend) != kReplay) return {choice.open(), {}};
  const BackendSpec spec = parse_backend_spec(choice.backend, replay_kind().options);
  const std::string file = spec.required("file");
  std::optional<std::string> platform = spec.find("platform");
  if (!platform && !choice.platform.empty()) platform = choice.platform;
  KernelTable table;
  read_kernel_csv(file, {"", platform.value_or(kReplay)}, catalogue, table);
  print_left_out(table);
  std::vector<RecordedRun> runs;
  for (const MeasuredKernel& m : table.rows) {
    runs.push_back({to_text(catalogue.at(m.config.kernel), m.config), m.platform, m.latency_ms});
  }
  KernelBackend opened{replay(file, runs, platform), std::move(table.rows)};
  const std::string& name = opened.backend->platform();
  opened.measured.erase(std::remove_if(opened.measured.begin(), opened.measured.end(),
                                       [&](const MeasuredKernel& m) { return m.platform != name; }),
                        opened.measured.end());
  return opened;
}

}  // namespace tacho
