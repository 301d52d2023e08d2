#include "backends/measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

#include "common/error.h"

namespace tacho {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double run_once(CompiledModel& model) {
  const double ms = model.run();
  if (std::isfinite(ms) && ms > 0) return ms;
  throw Error("a run took '" + std::to_string(ms) + "' ms, which is no latency");
}

// One run of each model in turn until there are `runs` rounds and `seconds` have passed, by the
// clock or by what the runs say they took (a recording answers faster than its device did).
template <typename Keep>
void rounds(const std::vector<CompiledModel*>& models, int runs, double seconds, Keep keep) {
  const Clock::time_point start = Clock::now();
  double told_ms = 0;
  for (int round = 0; round < runs || (told_ms < 1e3 * seconds && seconds_since(start) < seconds);
       ++round) {
    for (size_t i = 0; i < models.size(); ++i) {
      const double ms = run_once(*models[i]);
      told_ms += ms;
      keep(i, ms);
    }
  }
}

void summarize(Timing& timing) {
  const std::vector<double>& samples = timing.samples_ms;
  const auto n = static_cast<double>(samples.size());
  std::vector<double> sorted = samples;
  std::sort(sorted.begin(), sorted.end());
  const size_t half = sorted.size() / 2;
  timing.median_ms = sorted.size() % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  double sum = 0, squares = 0;
  for (const double ms : samples) sum += ms;
  timing.mean_ms = sum / n;
  for (const double ms : samples) squares += (ms - timing.mean_ms) * (ms - timing.mean_ms);
  timing.stddev_ms = samples.size() > 1 ? std::sqrt(squares / (n - 1)) : 0;
}

}  // namespace

Timing measure(CompiledModel& model, const MeasureOptions& options) {
  return measure_interleaved({&model}, options)[0];
}

std::vector<Timing> measure_interleaved(const std::vector<CompiledModel*>& models,
                                        const MeasureOptions& options) {
  std::vector<Timing> timings(models.size());
  if (models.empty()) return timings;
  const auto n = static_cast<double>(models.size());
  rounds(models, std::max(1, options.warmup_runs), n * options.warmup_seconds,
         [&](size_t i, double ms) {
           if (timings[i].first_ms == 0) timings[i].first_ms = ms;
         });
  rounds(models, std::max(1, options.min_runs), n * options.min_seconds,
         [&](size_t i, double ms) { timings[i].samples_ms.push_back(ms); });
  for (Timing& timing : timings) summarize(timing);
  return timings;
}

}  // namespace tacho
