// Building a graph from a reference. Bound by allocations: five strings and vectors per node and
// weight. Must stay well under a millisecond, so that a table of thousands of references is not
// slower than its predictions.
#include <benchmark/benchmark.h>

#include "graph_ir/lower.h"
#include "graph_ir/references/family.h"
#include "graph_ir/references/reference.h"

namespace tacho {
namespace {

const std::string kCell =
    "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~"
    "2|";
const std::string kBlocks =
    "k3_e1/k5_e6/k3_e6/k3_e1_g2/k5_e1_g2/k3_e3/k5_e3/k3_e6/k5_e6/k3_e6/k5_e1/k3_e1/k5_e3/k3_e3/"
    "k5_e6/k5_e1/k3_e1/k5_e1/k3_e1/k3_e1/k5_e1/k5_e6";

void build(benchmark::State& state, const std::string& text, int num_nodes) {
  if (build_reference(text).num_live_nodes() != num_nodes)
    return state.SkipWithError("wrong number of nodes");
  for (auto _ : state) benchmark::DoNotOptimize(build_reference(text));
}
BENCHMARK_CAPTURE(build, nasbench201, "nasbench201:" + kCell, 340);
BENCHMARK_CAPTURE(build, fbnet, "fbnet:" + kBlocks, 207);

void build_family_members(benchmark::State& state, const std::string& family) {
  int64_t seed = 0, nodes = 0;
  for (auto _ : state) {
    nodes += build_reference("family:" + family + ":" + std::to_string(seed++)).num_live_nodes();
  }
  state.counters["nodes"] =
      benchmark::Counter(static_cast<double>(nodes), benchmark::Counter::kAvgIterations);
}

void reference_to_kernels(benchmark::State& state, const std::string& text) {
  for (auto _ : state) benchmark::DoNotOptimize(lower(build_reference(text), {}));
}
BENCHMARK_CAPTURE(reference_to_kernels, nasbench201, "nasbench201:" + kCell);
BENCHMARK_CAPTURE(reference_to_kernels, fbnet, "fbnet:" + kBlocks);

const bool kRegistered = [] {
  for (const std::string& family : family_names()) {
    const std::string name = "build_family/" + family;
    benchmark::RegisterBenchmark(
        name.c_str(), [family](benchmark::State& state) { build_family_members(state, family); });
  }
  return true;
}();

}  // namespace
}  // namespace tacho
