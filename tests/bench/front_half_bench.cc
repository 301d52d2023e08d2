// From ONNX bytes to a prediction, step by step, on the demo's ResNet-18. Each benchmark checks its
// answer first. What bounds them: reading is bound by the number of names (hashing, allocation),
// inference and passes by small allocations per value, prediction by two passes over the weights
// (about 0.3 MB: the second-level cache).
#include <benchmark/benchmark.h>

#include <cmath>

#include "common/predictor.h"
#include "gnn/serve/gnn_predictor.h"
#include "graph_ir/features.h"
#include "graph_ir/infer/infer_shapes.h"
#include "graph_ir/lower.h"
#include "graph_ir/onnx_reader.h"
#include "graph_ir/passes/pipeline.h"

namespace tacho {
namespace {

const std::string kModel = TACHO_SOURCE_DIR "/models/resnet18.onnx";
const std::string kCheckpoint = TACHO_SOURCE_DIR "/checkpoints/default.safetensors";

void read(benchmark::State& state) {
  const MappedFile file(kModel);
  if (read_onnx(file.bytes()).num_live_nodes() != 69)
    return state.SkipWithError("wrong number of nodes");
  for (auto _ : state) benchmark::DoNotOptimize(read_onnx(file.bytes()));
}
BENCHMARK(read);

void infer(benchmark::State& state) {
  const Graph graph = read_onnx_file(kModel);
  Graph once = graph;
  infer_shapes(once, {});
  if (dims_text(*once.value(once.outputs[0]).dims) != "1x1000")
    return state.SkipWithError("wrong output shape");
  for (auto _ : state) {
    Graph copy = graph;
    benchmark::DoNotOptimize(infer_shapes(copy, {}));
  }
}
BENCHMARK(infer);

void passes(benchmark::State& state) {
  Graph graph = read_onnx_file(kModel);
  infer_shapes(graph, {});
  for (auto _ : state) {
    Graph copy = graph;
    benchmark::DoNotOptimize(run_passes(copy));
  }
}
BENCHMARK(passes);

void kernels_and_features(benchmark::State& state) {
  const LoweredModel model = lower_file(kModel, {});
  const double gmacs = totals_of(model.graph, model.kernels).cost.macs * 1e-9;
  if (std::abs(gmacs - 1.814) > 0.001) return state.SkipWithError("ResNet-18 has 1.814 GMACs");
  for (auto _ : state) benchmark::DoNotOptimize(featurize(model.graph, kernels_of(model.graph)));
}
BENCHMARK(kernels_and_features);

void predict(benchmark::State& state) {
  std::unique_ptr<GnnPredictor> predictor;
  try {
    predictor = std::make_unique<GnnPredictor>(kCheckpoint);
  } catch (const std::exception& e) {
    return state.SkipWithError(e.what());
  }
  const LoweredModel model = lower_file(kModel, {});
  const GraphFeatures features = featurize(model.graph, model.kernels);
  for (const Prediction& p : predictor->predict(features, {})) {
    if (!(p.latency_ms > 0)) return state.SkipWithError("a latency that is not positive");
  }
  for (auto _ : state) benchmark::DoNotOptimize(predictor->predict(features, {}));
  state.counters["predictions/s"] =
      benchmark::Counter(static_cast<double>(predictor->platforms().size()),
                         benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(predict);

void file_to_prediction(benchmark::State& state) {
  std::unique_ptr<GnnPredictor> predictor;
  try {
    predictor = std::make_unique<GnnPredictor>(kCheckpoint);
  } catch (const std::exception& e) {
    return state.SkipWithError(e.what());
  }
  for (auto _ : state) {
    const LoweredModel model = lower_file(kModel, {});
    benchmark::DoNotOptimize(predictor->predict(model, {}));
  }
}
BENCHMARK(file_to_prediction);

}  // namespace
}  // namespace tacho
