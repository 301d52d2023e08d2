#include "kernel_builder/profile_kernels.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "backends/measure_graph.h"
#include "common/error.h"
#include "common/text.h"
#include "kernel_builder/deployed_graph.h"

namespace tacho {
namespace {

using Clock = std::chrono::steady_clock;

/// Of kernels that are in memory together: weights and activations at most, but for a single one.
constexpr double kMostBytes = 1e9;

/// What a runtime throws when it is out of memory, too.
std::string reason_of(const std::exception& e) {
  const std::string text = e.what();
  return printable(text.substr(0, text.find('\n')));
}

struct Profiled {
  const WorkspaceEntry* entry = nullptr;
  KernelLatency latency;
  std::string error;  ///< instead of a latency
};

/// Measures entries from `first` on, as many as take turns together.
std::vector<Profiled> profile_together(Backend& backend, const KernelType& type,
                                       const std::vector<WorkspaceEntry>& entries, size_t first,
                                       const ProfileOptions& options) {
  std::vector<Profiled> result;
  std::vector<size_t> compiled;  // index into the result
  std::vector<std::unique_ptr<CompiledModel>> models;
  std::vector<TurnTaker> takers;
  double bytes = 0;
  const size_t last = std::min(entries.size(), first + std::max<size_t>(1, options.together));
  for (size_t i = first; i < last; ++i) {
    bytes += type.cost(entries[i].config).cost.bytes();
    if (i > first && bytes > kMostBytes) break;
    Profiled& one = result.emplace_back();
    one.entry = &entries[i];
    try {
      const Graph graph = deployed_graph(type, entries[i].config);
      models.push_back(backend.compile(runnable_graph(backend, graph)));
    } catch (const std::exception& e) {
      one.error = reason_of(e);
      continue;
    }
    compiled.push_back(result.size() - 1);
    takers.push_back([model = models.back().get()](const Turn& turn) {
      try {
        return take_turn(*model, turn);
      } catch (const std::exception& e) {
        throw Error(reason_of(e));
      }
    });
  }
  const std::vector<Measured> measured = measure_in_turns(takers, options.protocol);
  for (size_t i = 0; i < measured.size(); ++i) {
    Profiled& one = result[compiled[i]];
    if (measured[i].error) one.error = measured[i].error->what();
    one.latency = {measured[i].timing.median_ms, measured[i].timing.stddev_ms};
  }
  return result;
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
  for (size_t done = 0; done < open.size();) {
    for (const Profiled& one : profile_together(backend, type, open, done, options)) {
      const std::string& id = one.entry->id;
      Json& entry = file.edit(type.name(), id);
      if (const auto source = sources.find(id); source != sources.end() && entry.empty()) {
        entry = source->second;
      }
      ++done;
      if (!one.error.empty()) {
        entry["error"] = one.error;
        if (outcome.failed++ == 0)
          outcome.first_failure = to_text(type, one.entry->config) + ": " + one.error;
        continue;
      }
      if (outcome.measured == 0) workspace.set_platform(backend.platform(), backend.facts());
      entry["latency"] = latency_text(one.latency);
      entry.erase("error");
      ++outcome.measured;
    }
    saver.save();
    if (options.progress) options.progress(done, open.size());
  }
  file.save();
  return outcome;
}

}  // namespace tacho
