#include "dataset/dataset.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <utility>

#include "common/error.h"
#include "common/stable_hash.h"

namespace tacho {
namespace {

template <typename Float, typename Bits>
Bits bits_of(Float value) {
  static_assert(sizeof(Float) == sizeof(Bits));
  Bits bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

void add_floats(Fnv1a& hash, const std::vector<float>& values) {
  hash.add_integer(values.size());
  for (const float value : values) hash.add_integer(bits_of<float, uint32_t>(value));
}

bool same_graph(const GraphFeatures& a, const GraphFeatures& b) {
  return a.num_kernels == b.num_kernels && a.edges == b.edges && a.features == b.features &&
         a.base_costs == b.base_costs;
}

using SampleKey = std::pair<std::string, int64_t>;  // graph, batch

/// For each sample of `additions` the index it has in `into`, where it was added if it was new.
std::vector<int32_t> merge_samples(Dataset& into, const Dataset& additions) {
  std::map<SampleKey, int32_t> known;
  for (size_t i = 0; i < into.samples.size(); ++i) {
    known.emplace(SampleKey(into.samples[i].graph, into.samples[i].batch), static_cast<int32_t>(i));
  }
  std::vector<int32_t> index;
  for (const Sample& sample : additions.samples) {
    const auto [found, is_new] = known.emplace(SampleKey(sample.graph, sample.batch),
                                               static_cast<int32_t>(into.samples.size()));
    if (is_new) {
      into.samples.push_back(sample);
    } else if (!same_graph(into.samples[static_cast<size_t>(found->second)].features,
                           sample.features)) {
      throw Error(
          "graph '" + sample.graph + "' at batch " + std::to_string(sample.batch) +
          " is there already and differs; rename one of the two, or import into a new file");
    }
    index.push_back(found->second);
  }
  return index;
}

std::vector<int32_t> merge_platforms(Dataset& into, const Dataset& additions) {
  std::vector<int32_t> index;
  for (const std::string& platform : additions.platforms) {
    auto found = std::find(into.platforms.begin(), into.platforms.end(), platform);
    if (found == into.platforms.end()) {
      found = into.platforms.insert(into.platforms.end(), platform);
    }
    index.push_back(static_cast<int32_t>(found - into.platforms.begin()));
  }
  return index;
}

}  // namespace

std::string Dataset::digest() const {
  Fnv1a hash;
  hash.add_integer(static_cast<uint64_t>(schema.version));
  if (!schema.source.empty()) hash.add_text(schema.source);
  hash.add_integer(platforms.size());
  for (const std::string& platform : platforms) hash.add_text(platform);
  hash.add_integer(samples.size());
  for (const Sample& sample : samples) {
    hash.add_text(sample.graph);
    hash.add_text(sample.model);
    hash.add_integer(static_cast<uint64_t>(sample.batch));
    hash.add_integer(static_cast<uint64_t>(sample.features.num_kernels));
    add_floats(hash, sample.features.features);
    add_floats(hash, sample.features.base_costs);
    hash.add_integer(sample.features.edges.size());
    for (const auto& [producer, consumer] : sample.features.edges) {
      hash.add_integer(static_cast<uint64_t>(producer));
      hash.add_integer(static_cast<uint64_t>(consumer));
    }
  }
  hash.add_integer(labels.size());
  for (const SampleLabel& label : labels) {
    hash.add_integer(static_cast<uint64_t>(label.sample));
    hash.add_integer(static_cast<uint64_t>(label.platform));
    hash.add_integer(bits_of<double, uint64_t>(label.latency_ms));
  }
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash.value()));
  return text;
}

void keep_platforms(Dataset& dataset, const std::vector<std::string>& platforms) {
  Dataset kept;
  kept.schema = dataset.schema;
  std::vector<int32_t> platform_index(dataset.platforms.size(), -1);
  for (size_t i = 0; i < dataset.platforms.size(); ++i) {
    const std::string& name = dataset.platforms[i];
    if (std::find(platforms.begin(), platforms.end(), name) == platforms.end()) continue;
    platform_index[i] = static_cast<int32_t>(kept.platforms.size());
    kept.platforms.push_back(name);
  }
  std::vector<char> has_label(dataset.samples.size(), 0);
  for (const SampleLabel& label : dataset.labels) {
    if (platform_index[static_cast<size_t>(label.platform)] >= 0)
      has_label[static_cast<size_t>(label.sample)] = 1;
  }
  std::vector<int32_t> sample_index(dataset.samples.size(), -1);
  for (size_t i = 0; i < dataset.samples.size(); ++i) {
    if (has_label[i] == 0) continue;
    sample_index[i] = static_cast<int32_t>(kept.samples.size());
    kept.samples.push_back(std::move(dataset.samples[i]));
  }
  for (const SampleLabel& label : dataset.labels) {
    const int32_t platform = platform_index[static_cast<size_t>(label.platform)];
    if (platform < 0) continue;
    kept.labels.push_back(
        {sample_index[static_cast<size_t>(label.sample)], platform, label.latency_ms});
  }
  dataset = std::move(kept);
}

void drop_source_columns(Dataset& dataset) {
  const FeatureSchema plain = feature_schema();
  const auto narrow = [](std::vector<float>& rows, size_t from, size_t to) {
    std::vector<float> kept;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (i % from < to) kept.push_back(rows[i]);
    }
    rows = std::move(kept);
  };
  for (Sample& sample : dataset.samples) {
    GraphFeatures& graph = sample.features;
    narrow(graph.features, dataset.schema.features.size(), plain.features.size());
    narrow(graph.base_costs, dataset.schema.base_costs.size(), plain.base_costs.size());
  }
  dataset.schema = plain;
}

void merge_into(Dataset& into, const Dataset& additions) {
  if (into.samples.empty()) {
    into.schema = additions.schema;
  } else if (!additions.samples.empty() && into.schema != additions.schema) {
    const auto source = [](const Dataset& d) {
      return d.schema.source.empty() ? std::string("no feature source") : d.schema.source;
    };
    throw Error("imported with other columns (" + source(additions) + ") than what is there (" +
                source(into) + "); import all of them with the same --kernel-features");
  }
  const std::vector<int32_t> sample_index = merge_samples(into, additions);
  const std::vector<int32_t> platform_index = merge_platforms(into, additions);

  std::map<std::pair<int32_t, int32_t>, size_t> known;  // (sample, platform) → row of labels
  for (size_t row = 0; row < into.labels.size(); ++row) {
    known[{into.labels[row].sample, into.labels[row].platform}] = row;
  }
  for (const SampleLabel& label : additions.labels) {
    SampleLabel moved = label;
    moved.sample = sample_index.at(static_cast<size_t>(label.sample));
    moved.platform = platform_index.at(static_cast<size_t>(label.platform));
    const auto [found, is_new] =
        known.emplace(std::make_pair(moved.sample, moved.platform), into.labels.size());
    if (is_new) {
      into.labels.push_back(moved);
    } else {
      into.labels[found->second].latency_ms = moved.latency_ms;
    }
  }
}

}  // namespace tacho
