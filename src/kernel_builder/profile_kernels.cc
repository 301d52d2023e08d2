#include "kernel_builder/profile_kernels.h"

#include <algorithm>
#include <chrono>

#include "common/error.h"

namespace tacho {
namespace {

using Clock = std::chrono::steady_clock;

/// Times that groups measured in a slow phase are measured anew.
constexpr int kSecondPasses = 2;

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

/// Where results go.
class Profile {
 public:
  Profile(const Workspace& workspace, const KernelType& type, const Backend& backend)
      : workspace_(workspace),
        type_(type),
        backend_(backend),
        file_(workspace.profiled_path(type.name()).string()),
        saver_(file_) {
    if (!workspace.settings().detail) return;
    for (const std::string& mark : workspace.marks(type.name())) {
      const NnMeterFile configs(workspace.config_path(type.name(), mark).string());
      for (const std::string& id : configs.ids(type.name()))
        sources_[id] = *configs.entry(type.name(), id);
    }
  }

  void write(const KernelGroup& group) {
    for (const KernelGroup::Kernel& kernel : group.kernels) {
      const std::string& id = kernel.entry->id;
      Json& entry = file_.edit(type_.name(), id);
      if (const auto source = sources_.find(id); source != sources_.end() && entry.empty()) {
        entry = source->second;
      }
      if (!kernel.error.empty()) {
        if (!entry.contains("latency")) entry["error"] = kernel.error;
        continue;
      }
      if (!named_) workspace_.set_platform(backend_.platform(), backend_.facts());
      named_ = true;
      entry["latency"] = latency_text(kernel.latency);
      entry.erase("error");
    }
    saver_.save();
  }

  void finish() { file_.save(); }

 private:
  const Workspace& workspace_;
  const KernelType& type_;
  const Backend& backend_;
  NnMeterFile file_;
  Saver saver_;
  /// model, shapes, config, as the file of configurations has them
  std::map<std::string, Json> sources_;
  bool named_ = false;
};

}  // namespace

std::string slow_phases(const ProfileOutcome& outcome) {
  const std::string groups = std::to_string(outcome.measured_again);
  return "the machine was slow at times; " + groups +
         (outcome.measured_again == 1 ? " group of kernels was" : " groups of kernels were") +
         " measured again" +
         (outcome.slow > 0 ? ", " + std::to_string(outcome.slow) + " no faster" : "");
}

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
  Profile profile(workspace, type, backend);
  PaceKernel own_pace;
  PaceKernel* const any_pace = options.pace != nullptr ? options.pace : &own_pace;
  PaceKernel* const pace = options.together > 1 ? any_pace : nullptr;
  std::vector<KernelGroup> groups;
  for (size_t done = 0; done < open.size();) {
    groups.push_back(
        KernelGroup::measure(backend, type, open, done, options.together, options.protocol, pace));
    const KernelGroup& group = groups.back();
    profile.write(group);
    for (const KernelGroup::Kernel& kernel : group.kernels) {
      if (kernel.error.empty()) {
        ++outcome.measured;
      } else if (outcome.failed++ == 0) {
        outcome.first_failure = to_text(type, kernel.entry->config) + ": " + kernel.error;
      }
    }
    done += group.kernels.size();
    if (options.progress) options.progress(done, open.size());
  }
  for (int pass = 0; pace != nullptr && pass < kSecondPasses; ++pass) {
    for (KernelGroup& group : groups) {
      if (!pace->slow(group.pace_ms)) continue;
      if (options.progress) options.progress(group.first, open.size());
      KernelGroup again = KernelGroup::measure(backend, type, open, group.first,
                                               group.kernels.size(), options.protocol, pace);
      if (pass == 0) ++outcome.measured_again;
      if (again.pace_ms <= 0 || again.pace_ms >= group.pace_ms) continue;
      group = std::move(again);
      profile.write(group);
    }
  }
  if (pace != nullptr) {
    outcome.slow = static_cast<size_t>(
        std::count_if(groups.begin(), groups.end(),
                      [&](const KernelGroup& group) { return pace->slow(group.pace_ms); }));
  }
  profile.finish();
  return outcome;
}

}  // namespace tacho
