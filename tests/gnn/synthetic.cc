#include "synthetic.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "graph_ir/kernel_class.h"

namespace tacho::testing {
namespace {

double uniform(std::mt19937_64* random) { return static_cast<double>((*random)() >> 11) * 0x1p-53; }

double factor(const GraphFeatures& graph, size_t kernel, int predecessor) {
  const size_t width = feature_table().size();
  double x = graph.features[kernel * width];
  if (predecessor >= 0) x += graph.features[static_cast<size_t>(predecessor) * width + 1];
  return std::exp2(std::tanh(x));
}

/// Zeros in all columns but the first two and `live`.
void silence_features(GraphFeatures* graph) {
  const size_t width = feature_table().size();
  for (size_t i = 0; i < graph->features.size(); ++i) {
    if (i % width >= 2 && feature_table()[i % width].name != "live") graph->features[i] = 0;
  }
}

double latency_ms(const GraphFeatures& graph, const std::vector<double>& rates, bool folds) {
  double sum = 0;
  for (int k = 0; k < graph.num_kernels; ++k) {
    const float* row = &graph.features[static_cast<size_t>(k) * feature_table().size()];
    if (folds && !is_live(row)) continue;
    int predecessor = -1;
    for (const auto& [producer, consumer] : graph.edges) {
      if (consumer == k) {
        predecessor = producer;
        break;
      }
    }
    double cost = 0;
    for (size_t b = 0; b < rates.size(); ++b) {
      cost += rates[b] * graph.base_costs[static_cast<size_t>(k) * rates.size() + b];
    }
    sum += cost * factor(graph, static_cast<size_t>(k), predecessor);
  }
  return sum;
}

}  // namespace

GraphFeatures random_graph(int kernels, uint64_t seed) {
  std::mt19937_64 random(seed * 2654435761u + 12345);
  GraphFeatures graph;
  graph.num_kernels = kernels;
  const size_t rows = static_cast<size_t>(kernels);
  for (size_t i = 0; i < rows * feature_table().size(); ++i) {
    graph.features.push_back(static_cast<float>(uniform(&random) * 4 - 2));
  }
  for (int k = 0; k < kernels; ++k) set_live(&graph, k, true);
  for (size_t i = 0; i < rows * base_cost_table().size(); ++i) {
    // From nothing to a billion, as FLOPs are.
    const bool none = random() % 8 == 0;
    graph.base_costs.push_back(none ? 0.0f
                                    : static_cast<float>(std::pow(10.0, 3 + 6 * uniform(&random))));
  }
  for (int k = 1; k < kernels; ++k) {
    graph.edges.emplace_back(k - 1, k);
    if (k >= 2 && random() % 4 == 0) {
      graph.edges.emplace_back(static_cast<int>(random() % static_cast<uint64_t>(k - 1)), k);
    }
  }
  std::sort(graph.edges.begin(), graph.edges.end());
  return graph;
}

GraphFeatures repeated_graph(const GraphFeatures& block, int times) {
  GraphFeatures graph;
  for (int i = 0; i < times; ++i) {
    const int first = graph.num_kernels;
    graph.num_kernels += block.num_kernels;
    graph.features.insert(graph.features.end(), block.features.begin(), block.features.end());
    graph.base_costs.insert(graph.base_costs.end(), block.base_costs.begin(),
                            block.base_costs.end());
    if (first > 0) graph.edges.emplace_back(first - 1, first);
    for (const auto& [from, to] : block.edges) graph.edges.emplace_back(first + from, first + to);
  }
  std::sort(graph.edges.begin(), graph.edges.end());
  return graph;
}

void set_live(GraphFeatures* graph, int kernel, bool live) {
  const size_t width = feature_table().size();
  for (size_t f = 0; f < width; ++f) {
    if (feature_table()[f].name == "live") {
      graph->features[static_cast<size_t>(kernel) * width + f] = live ? 1.0f : 0.0f;
    }
  }
}

Dataset synthetic_dataset(const SyntheticOptions& options) {
  std::mt19937_64 random(options.seed);
  Dataset data;
  std::mt19937_64 platform_random(options.platform_seed);
  std::mt19937_64& rate_random = options.platform_seed == 0 ? random : platform_random;
  std::vector<std::vector<double>> rates;
  for (int p = 0; p < options.platforms; ++p) {
    data.platforms.push_back("platform-" + std::to_string(p));
    std::vector<double> row;
    for (size_t b = 0; b < base_cost_table().size(); ++b) {
      row.push_back(1e-9 * std::pow(100.0, p % 3) * (0.1 + uniform(&rate_random)));
    }
    rates.push_back(row);
  }
  const int range = options.max_kernels - options.min_kernels + 1;
  for (int s = 0; s < options.samples; ++s) {
    const int kernels =
        options.min_kernels + static_cast<int>(random() % static_cast<uint64_t>(range));
    Sample sample;
    sample.model = "net" + std::to_string(s);
    sample.graph = sample.model + ".onnx";
    sample.features = random_graph(kernels, options.seed * 1000 + static_cast<uint64_t>(s));
    if (!options.distracting_features) silence_features(&sample.features);
    for (int k = 1; options.dead_share > 0 && k < kernels; ++k) {
      set_live(&sample.features, k, uniform(&random) >= options.dead_share);
    }
    for (int p = 0; p < options.platforms; ++p) {
      data.labels.push_back(
          {s, p,
           options.scale * latency_ms(sample.features, rates[static_cast<size_t>(p)],
                                      p == options.folding_platform)});
    }
    data.samples.push_back(std::move(sample));
  }
  return data;
}

}  // namespace tacho::testing
