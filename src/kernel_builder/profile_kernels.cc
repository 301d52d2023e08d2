#include "kernel_builder/profile_kernels.h"

#include <chrono>

#include "backends/measure_graph.h"
#include "common/error.h"
#include "common/text.h"
#include "kernel_builder/deployed_graph.h"

namespace tacho {
namespace {

using Clock = std::chrono::steady_clock;

KernelLatency latency_on(Backend& backend, const Graph& graph, const MeasureOptions& protocol) {
  const Timing timing = measure_graph(backend, graph, protocol);
  return {timing.median_ms, timing.stddev_ms};
}

// Saves at once where measuring is slow; where it is not, a tenth of the time goes into saving.
class Saver {
 public:
  explicit Saver(NnMeterFile& file) : file_(file) {}
  ~Saver() {
    try {
      file_.save();
    } catch (const Error&) {  // save() below has thrown the same before
    }
  }
  void save() {
    const auto now = Clock::now();
    if (now - last_ < 10 * took_) return;
    file_.save();
    last_ = Clock::now();
    took_ = last_ - now;
  }

 private:
  NnMeterFile& file_;
  Clock::time_point last_{};
  Clock::duration took_{};
};

}  // namespace

ProfileOutcome profile_kernels(const Workspace& workspace, const KernelType& type, Backend& backend,
                               const ProfileOptions& options) {
  workspace.check_platform(backend.platform());
  std::vector<WorkspaceEntry> open;
  for (WorkspaceEntry& e : workspace.read(type).entries) {
    if (e.latency && workspace.platform().empty()) {
      throw Error(workspace.profiled_path(type.name()).string() +
                  ": has latencies of an unknown platform; measure in a workspace of its own, or " +
                  "name it in predictor_build/platform.json: {\"platform\": \"NAME\"}");
    }
    if (!e.latency && (e.error.empty() || options.retry_failed)) open.push_back(std::move(e));
  }
  if (options.most > 0 && open.size() > options.most) open.resize(options.most);
  ProfileOutcome outcome;
  if (open.empty()) return outcome;
  NnMeterFile file(workspace.profiled_path(type.name()).string());
  std::map<std::string, Json>
      sources;  // model, shapes, config, as the file of configurations has them
  if (workspace.settings().detail) {
    for (const std::string& mark : workspace.marks(type.name())) {
      const NnMeterFile configs(workspace.config_path(type.name(), mark).string());
      for (const std::string& id : configs.ids(type.name()))
        sources[id] = *configs.entry(type.name(), id);
    }
  }
  Saver saver(file);
  for (size_t i = 0; i < open.size(); ++i) {
    Json& entry = file.edit(type.name(), open[i].id);
    if (const auto source = sources.find(open[i].id); source != sources.end() && entry.empty()) {
      entry = source->second;
    }
    try {
      const Graph graph = deployed_graph(type, open[i].config);
      const KernelLatency latency = latency_on(backend, graph, options.protocol);
      if (outcome.measured == 0) workspace.set_platform(backend.platform(), backend.facts());
      entry["latency"] = latency_text(latency);
      entry.erase("error");
      ++outcome.measured;
    } catch (const std::exception& e) {  // a runtime that is out of memory, too
      const std::string text = e.what();
      const std::string why = printable(text.substr(0, text.find('\n')));
      entry["error"] = why;
      if (outcome.failed++ == 0) outcome.first_failure = to_text(type, open[i].config) + ": " + why;
    }
    saver.save();
    if (options.progress) options.progress(i + 1, open.size());
  }
  file.save();
  return outcome;
}

}  // namespace tacho
