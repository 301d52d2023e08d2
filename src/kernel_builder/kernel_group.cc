#include "kernel_builder/kernel_group.h"

#include <algorithm>

#include "backends/measure_graph.h"
#include "common/error.h"
#include "common/text.h"
#include "kernel_builder/deployed_graph.h"

namespace tacho {
namespace {

/// Of kernels that are in memory together: weights and activations at most, but for a single one.
constexpr double kMostBytes = 1e9;

/// Slow phases cost a third to a half; this is more than groups differ otherwise.
constexpr double kSlow = 0.15;
constexpr size_t kFewestGroups = 3;

/// What a runtime throws when it is out of memory, too.
std::string reason_of(const std::exception& e) {
  const std::string text = e.what();
  return printable(text.substr(0, text.find('\n')));
}

TurnTaker taker_of(CompiledModel* model) {
  return [model](const Turn& turn) {
    try {
      return take_turn(*model, turn);
    } catch (const std::exception& e) {
      throw Error(reason_of(e));
    }
  };
}

}  // namespace

bool PaceKernel::slow(double pace_ms) const {
  if (paces_ms_.size() < kFewestGroups) return false;
  return pace_ms > (1 + kSlow) * paces_ms_[paces_ms_.size() / 4];
}

KernelGroup KernelGroup::measure(Backend& backend, const KernelType& type,
                                 const std::vector<WorkspaceEntry>& entries, size_t first,
                                 size_t most, const MeasureOptions& protocol, PaceKernel* pace) {
  KernelGroup group;
  group.first = first;
  std::vector<size_t> compiled;  // index of each model's kernel
  std::vector<std::unique_ptr<CompiledModel>> models;
  std::vector<TurnTaker> takers;
  double bytes = 0;
  const size_t last = std::min(entries.size(), first + std::max<size_t>(1, most));
  for (size_t i = first; i < last; ++i) {
    bytes += type.cost(entries[i].config).cost.bytes();
    if (i > first && bytes > kMostBytes) break;
    Kernel& kernel = group.kernels.emplace_back();
    kernel.entry = &entries[i];
    try {
      const Graph graph = deployed_graph(type, entries[i].config);
      models.push_back(backend.compile(runnable_graph(backend, graph)));
    } catch (const std::exception& e) {
      kernel.error = reason_of(e);
      continue;
    }
    compiled.push_back(group.kernels.size() - 1);
    takers.push_back(taker_of(models.back().get()));
  }
  if (pace != nullptr && pace->model_) takers.push_back(taker_of(pace->model_.get()));
  const std::vector<Measured> measured = measure_in_turns(takers, protocol);
  for (size_t i = 0; i < compiled.size(); ++i) {
    Kernel& kernel = group.kernels[compiled[i]];
    if (measured[i].error) kernel.error = measured[i].error->what();
    kernel.latency = {measured[i].timing.median_ms, measured[i].timing.stddev_ms};
  }
  if (pace == nullptr) return group;
  const auto works = [](const Measured& m) { return !m.error; };
  const auto fit = std::find_if(measured.begin(), measured.end(), works);
  if (!pace->model_ && fit != measured.end()) {
    pace->model_ = std::move(models[static_cast<size_t>(fit - measured.begin())]);
    group.pace_ms = fit->timing.median_ms;
  } else if (pace->model_ && works(measured.back())) {
    group.pace_ms = measured.back().timing.median_ms;
  }
  if (group.pace_ms > 0) {
    std::vector<double>& paces = pace->paces_ms_;
    paces.insert(std::upper_bound(paces.begin(), paces.end(), group.pace_ms), group.pace_ms);
  }
  return group;
}

}  // namespace tacho
