// One prediction of a single kernel, from its configuration to milliseconds: about 200 features,
// mostly logarithms, then the trees, bound by waits for nodes that are not in the first-level
// cache. Must stay under 20 µs.
#include <benchmark/benchmark.h>

#include <filesystem>

#include "kernel_builder/kernel_latency_model.h"

namespace tacho {
namespace {

const std::string kFolder = TACHO_SOURCE_DIR "/checkpoints/kernels";

void predict_kernel(benchmark::State& state, const char* text, double low_ms, double high_ms) {
  if (!std::filesystem::exists(kFolder)) return state.SkipWithError("no checkpoints/kernels");
  const auto model = KernelLatencyModel::load(kFolder);
  const Catalogue& catalogue = Catalogue::builtin();
  KernelConfig config = parse_kernel(catalogue, text);
  const KernelType& type = catalogue.at(config.kernel);
  const double answer = model.predict("t4", type, config).latency_ms;
  if (!(answer > low_ms && answer < high_ms)) return state.SkipWithError("implausible answer");
  const size_t batch = config.values.size() - 1;
  int64_t i = 0;
  for (auto _ : state) {
    config.values[batch] = 1 + i++ % 64;  // another path through the trees every time
    benchmark::DoNotOptimize(model.predict("t4", type, config));
  }
}
BENCHMARK_CAPTURE(predict_kernel, conv, "conv:hw=14,cin=256,cout=256,k=3,s=1,b=32", 0.5, 3)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(predict_kernel, matmul, "matmul:m=512,n=512,k=512,b=16", 0.4, 3)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(predict_kernel, softmax, "softmax:rows=1000,cols=1000", 0.01, 0.2)
    ->Unit(benchmark::kMicrosecond);

void kernel_features_of_a_convolution(benchmark::State& state) {
  const KernelConfig config =
      parse_kernel(Catalogue::builtin(), "conv:hw=14,cin=256,cout=256,k=3,s=1,b=32");
  const KernelType& type = Catalogue::builtin().at("conv");
  const DeviceFacts device = nominal_device("any");
  KernelFeatures row = kernel_features(type, config, device);
  if (row.values.size() != kernel_feature_names(type).size())
    return state.SkipWithError("another number of features than names");
  for (auto _ : state) {
    kernel_features(type, config, device, row);
    benchmark::DoNotOptimize(row.values.data());
  }
}
BENCHMARK(kernel_features_of_a_convolution)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tacho
