// What merging equal kernels costs and saves when a network is evaluated: forty equal residual
// blocks, with their kernels merged and with the same kernels kept apart by a feature that the
// network does not see. Each benchmark checks that both answers are the same. What bounds them: the
// merging is bound by one pass over the rows (a hash), the evaluation by the matrix products, whose
// rows are the classes.
#include <benchmark/benchmark.h>

#include <cmath>
#include <filesystem>

#include "../gnn/random_checkpoint.h"
#include "../temporary_folder.h"
#include "gnn/serve/gnn_model.h"
#include "gnn/serve/quotient.h"
#include "graph_ir/graph_builder.h"
#include "graph_ir/passes/pipeline.h"

namespace tacho {
namespace {

GraphFeatures repeated_blocks() {
  GraphBuilder g("forty blocks");
  ValueId x = g.relu(g.conv(g.input({1, 3, 56, 56}), 64, {3}));
  for (int i = 0; i < 40; ++i) {
    const ValueId y = g.relu(g.bn(g.conv(x, 64, {1})));
    x = g.relu(g.add(g.bn(g.conv(g.relu(g.bn(g.conv(y, 64, {3}))), 64, {1})), x));
  }
  Graph graph = g.finish({g.global_avg_pool(x)});
  run_passes(graph);
  return featurize(graph, kernels_of(graph));
}

GraphFeatures with_first_feature(GraphFeatures graph, float step) {
  for (int k = 0; k < graph.num_kernels; ++k) {
    graph.features[static_cast<size_t>(k) * feature_table().size()] = step * static_cast<float>(k);
  }
  return graph;
}

/// Of the size of the checkpoint that is shipped; does not see the first feature.
std::unique_ptr<GnnModel> random_model(const testing::TemporaryFolder& folder) {
  CheckpointInfo info = testing::small_info();
  info.config = {Readout::kSum, 96, 2, 64, 3.0};
  std::vector<TensorData> tensors = testing::random_tensors(info);
  for (TensorData& tensor : tensors) {
    if (tensor.name == "feature_low" || tensor.name == "feature_high") tensor.values[0] = 0;
  }
  write_checkpoint(folder.file("c"), info, tensors);
  return std::make_unique<GnnModel>(std::make_shared<const Checkpoint>(folder.file("c")));
}

void merge_kernels(benchmark::State& state) {
  const GraphFeatures graph = with_first_feature(repeated_blocks(), 0);
  const Quotient quotient = quotient_of(graph, 2);
  if (quotient.num_classes() * 4 > quotient.class_of.size())
    return state.SkipWithError("the blocks were not merged");
  for (auto _ : state) benchmark::DoNotOptimize(quotient_of(graph, 2));
  state.counters["kernels"] = static_cast<double>(graph.num_kernels);
  state.counters["classes"] = static_cast<double>(quotient.num_classes());
}
BENCHMARK(merge_kernels);

void evaluate_blocks(benchmark::State& state) {
  const testing::TemporaryFolder folder;
  const auto model = random_model(folder);
  const GraphFeatures merged = with_first_feature(repeated_blocks(), 0);
  const GraphFeatures apart = with_first_feature(merged, 1);
  const double a = model->latencies_ms(merged)[0], b = model->latencies_ms(apart)[0];
  if (!(std::abs(a - b) < 1e-6 * b)) return state.SkipWithError("merging changed the answer");
  const GraphFeatures& graph = state.range(0) != 0 ? merged : apart;
  for (auto _ : state) benchmark::DoNotOptimize(model->latencies_ms(graph));
}
BENCHMARK(evaluate_blocks)->ArgName("merged")->Arg(0)->Arg(1);

}  // namespace
}  // namespace tacho
