#include "gnn/train/speed.h"

#include <chrono>

#include "gnn/train/torch_headers.h"

namespace tacho {

double training_flops_per_row(const ModelConfig& config, size_t num_features) {
  const double width = config.width;
  double weights = static_cast<double>(num_features) * width + config.layers * 4 * width * width;
  if (config.readout == Readout::kSum) weights += width * config.components;
  return 3 * 2 * weights;
}

double measure_peak_gflops(WorkerPool* workers, int threads) {
  constexpr int kSize = 512;
  constexpr int kProductsPerThread = 4;
  const torch::Tensor a = torch::ones({kSize, kSize});
  const auto multiply = [&](size_t) {
    const torch::NoGradGuard no_gradients;
    torch::mm(a, a);
  };
  workers->run(static_cast<size_t>(threads), multiply);  // the library's first call sets it up
  const auto start = std::chrono::steady_clock::now();
  workers->run(static_cast<size_t>(threads * kProductsPerThread), multiply);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  return 2.0 * kSize * kSize * kSize * threads * kProductsPerThread * 1e-9 / elapsed.count();
}

}  // namespace tacho
