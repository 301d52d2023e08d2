// What the timing protocol adds to a run. Bound by a reading of the clock; must stay under 1 µs,
// with the fake backend's own run, which draws twelve random numbers, included.
#include <benchmark/benchmark.h>

#include "backends/measure.h"
#include "backends/registry.h"
#include "graph_ir/infer/infer_shapes.h"
#include "graph_ir/references/reference.h"

namespace tacho {
namespace {

class Instant : public CompiledModel {
 public:
  double run() override { return 1; }
  std::vector<HostTensor> outputs() override { return {}; }
};

void measure_runs(benchmark::State& state, CompiledModel& model, double median_ms) {
  MeasureOptions options;
  options.warmup_runs = 1;
  options.min_runs = 100000;
  options.warmup_seconds = options.min_seconds = 0.5;
  if (measure(model, options).median_ms != median_ms) return state.SkipWithError("wrong median");
  for (auto _ : state) benchmark::DoNotOptimize(measure(model, options));
  state.counters["per_run"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * 1e5,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void harness_overhead(benchmark::State& state) {
  Instant model;
  measure_runs(state, model, 1);
}
BENCHMARK(harness_overhead)->Unit(benchmark::kMillisecond);

void harness_overhead_with_fake(benchmark::State& state) {
  Graph graph = build_reference("family:resnet:1");
  infer_shapes(graph, {});
  const auto model = open_backend("fake:noise=0")->compile(graph);
  measure_runs(state, *model, model->run());
}
BENCHMARK(harness_overhead_with_fake)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tacho
