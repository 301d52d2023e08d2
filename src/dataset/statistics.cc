#include "dataset/statistics.h"

#include <algorithm>
#include <map>
#include <set>

#include "common/metrics.h"
#include "dataset/family.h"

namespace tacho {
namespace {

PlatformStatistics platform_statistics(const Dataset& dataset, int32_t platform) {
  PlatformStatistics statistics;
  statistics.platform = dataset.platforms[static_cast<size_t>(platform)];
  std::vector<double> latencies_ms;
  std::set<std::string> models;
  double kernels = 0;
  for (const SampleLabel& label : dataset.labels) {
    if (label.platform != platform) continue;
    const Sample& sample = dataset.samples[static_cast<size_t>(label.sample)];
    latencies_ms.push_back(label.latency_ms);
    models.insert(sample.model);
    kernels += sample.features.num_kernels;
  }
  statistics.labels = latencies_ms.size();
  statistics.models = models.size();
  if (latencies_ms.empty()) return statistics;
  std::sort(latencies_ms.begin(), latencies_ms.end());
  statistics.min_ms = latencies_ms.front();
  statistics.median_ms = median_of(latencies_ms);
  statistics.max_ms = latencies_ms.back();
  statistics.mean_kernels = kernels / static_cast<double>(latencies_ms.size());
  return statistics;
}

std::vector<FamilyStatistics> family_statistics(const Dataset& dataset) {
  struct Members {
    std::set<std::string> models, graphs;
    size_t labels = 0;
  };
  std::map<std::string, Members> families;
  std::vector<Members*> of_sample;
  for (const Sample& sample : dataset.samples) {
    Members& members = families[family_of(sample.model)];
    members.models.insert(sample.model);
    members.graphs.insert(sample.graph);
    of_sample.push_back(&members);
  }
  for (const SampleLabel& label : dataset.labels) {
    ++of_sample[static_cast<size_t>(label.sample)]->labels;
  }
  std::vector<FamilyStatistics> list;
  for (const auto& [family, members] : families) {
    list.push_back({family, members.models.size(), members.graphs.size(), members.labels});
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.models > b.models; });
  return list;
}

}  // namespace

DatasetStatistics statistics_of(const Dataset& dataset) {
  DatasetStatistics statistics;
  std::set<std::string> graphs, models;
  for (const Sample& sample : dataset.samples) {
    graphs.insert(sample.graph);
    models.insert(sample.model);
    statistics.kernels += static_cast<size_t>(sample.features.num_kernels);
    statistics.edges += sample.features.edges.size();
  }
  statistics.graphs = graphs.size();
  statistics.models = models.size();
  statistics.samples = dataset.samples.size();
  statistics.labels = dataset.labels.size();
  for (size_t i = 0; i < dataset.platforms.size(); ++i) {
    statistics.platforms.push_back(platform_statistics(dataset, static_cast<int32_t>(i)));
  }
  statistics.families = family_statistics(dataset);
  return statistics;
}

}  // namespace tacho
