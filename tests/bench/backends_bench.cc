// What the timing protocol adds to a run. Bound by two readings of the clock; must stay under 1 µs.
#include <benchmark/benchmark.h>

#include "backends/measure.h"

namespace tacho {
namespace {

class Instant : public CompiledModel {
 public:
  double run() override { return 1; }
  std::vector<HostTensor> outputs() override { return {}; }
};

void harness_overhead(benchmark::State& state) {
  Instant model;
  MeasureOptions options;
  options.warmup_runs = 1;
  options.min_runs = 100000;
  options.warmup_seconds = options.min_seconds = 0.5;
  if (measure(model, options).median_ms != 1) return state.SkipWithError("wrong median");
  for (auto _ : state) benchmark::DoNotOptimize(measure(model, options));
  state.counters["per_run"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * 1e5,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(harness_overhead)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tacho
