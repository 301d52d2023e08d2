// load_dataset() and append_dataset(): Dataset ↔ the columns that dataset/FORMAT.md describes.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <type_traits>

#include "common/error.h"
#include "common/mapped_file.h"
#include "common/side_file.h"
#include "dataset/dataset.h"
#include "dataset/hdf5_rows.h"

namespace tacho {
namespace {

using hdf5::Handle;
using hdf5::read_rows;
using hdf5::write_rows;

constexpr const char* kFormat = "tachograph-dataset";
constexpr int64_t kFormatVersion = 1;
constexpr const char* kMend = "run `tacho dataset import` again";

void write_header(const Handle& file, const FeatureSchema& schema) {
  hdf5::write_attribute(file, "format", std::vector<std::string>{kFormat});
  hdf5::write_attribute(file, "format_version", kFormatVersion);
  hdf5::write_attribute(file, "feature_version", int64_t{schema.version});
  hdf5::write_attribute(file, "feature_names", schema.features);
  hdf5::write_attribute(file, "base_cost_names", schema.base_costs);
  if (!schema.source.empty()) {
    hdf5::write_attribute(file, "feature_source", std::vector<std::string>{schema.source});
  }
}

/// Whether `names` are the built-in ones with as many more behind them as the file says.
bool begins_with(const std::vector<std::string>& names, const std::vector<std::string>& start) {
  return names.size() >= start.size() && std::equal(start.begin(), start.end(), names.begin());
}

FeatureSchema read_header(const Handle& file) {
  if (!hdf5::has_attribute(file, "format") ||
      hdf5::read_text_attribute(file, "format") != std::vector<std::string>{kFormat}) {
    throw Error("an HDF5 file, but not a Tachograph data set; `tacho dataset import` makes one");
  }
  const int64_t version = hdf5::read_integer_attribute(file, "format_version");
  if (version != kFormatVersion) {
    throw Error("format version " + std::to_string(version) + ", but this program reads " +
                std::to_string(kFormatVersion) + "; " + kMend);
  }
  const int64_t features = hdf5::read_integer_attribute(file, "feature_version");
  if (features != kFeatureVersion) {
    throw Error("made with feature version " + std::to_string(features) +
                ", but this program has version " + std::to_string(kFeatureVersion) + "; " + kMend);
  }
  FeatureSchema schema;
  schema.features = hdf5::read_text_attribute(file, "feature_names");
  schema.base_costs = hdf5::read_text_attribute(file, "base_cost_names");
  if (hdf5::has_attribute(file, "feature_source")) {
    const auto source = hdf5::read_text_attribute(file, "feature_source");
    if (source.size() != 1) throw Error("feature_source is not one text; damaged");
    schema.source = source[0];
  }
  const FeatureSchema plain = feature_schema();
  const bool same = schema.source.empty() ? schema == plain
                                          : begins_with(schema.features, plain.features) &&
                                                begins_with(schema.base_costs, plain.base_costs);
  if (!same) {
    throw Error(std::string("made with other features under the same version; ") + kMend);
  }
  return schema;
}

/// Dataset's samples, column by column.
struct SampleColumns {
  std::vector<std::string> name, model;
  std::vector<int64_t> batch, kernel_offset, edge_offset;
  std::vector<int32_t> kernel_count, edge_count;
  std::vector<float> features, base_costs;
  std::vector<int32_t> edges;  // producer, consumer, producer, …
};

/// The columns of the samples from `first` on; offsets go on from the rows that the file has.
SampleColumns columns_of(const std::vector<Sample>& samples, size_t first, int64_t kernel_rows,
                         int64_t edge_rows) {
  SampleColumns columns;
  for (size_t i = first; i < samples.size(); ++i) {
    const GraphFeatures& graph = samples[i].features;
    columns.name.push_back(samples[i].graph);
    columns.model.push_back(samples[i].model);
    columns.batch.push_back(samples[i].batch);
    columns.kernel_offset.push_back(kernel_rows);
    columns.kernel_count.push_back(graph.num_kernels);
    columns.edge_offset.push_back(edge_rows);
    columns.edge_count.push_back(static_cast<int32_t>(graph.edges.size()));
    columns.features.insert(columns.features.end(), graph.features.begin(), graph.features.end());
    columns.base_costs.insert(columns.base_costs.end(), graph.base_costs.begin(),
                              graph.base_costs.end());
    for (const auto& [producer, consumer] : graph.edges) {
      columns.edges.push_back(producer);
      columns.edges.push_back(consumer);
    }
    kernel_rows += graph.num_kernels;
    edge_rows += static_cast<int64_t>(graph.edges.size());
  }
  return columns;
}

SampleColumns read_columns(const Handle& file, const FeatureSchema& schema, size_t file_bytes) {
  SampleColumns columns;
  columns.name = read_rows<std::string>(file, {"/graphs/name"}, file_bytes);
  columns.model = read_rows<std::string>(file, {"/graphs/model"}, file_bytes);
  columns.batch = read_rows<int64_t>(file, {"/graphs/batch"}, file_bytes);
  columns.kernel_offset = read_rows<int64_t>(file, {"/graphs/kernel_offset"}, file_bytes);
  columns.kernel_count = read_rows<int32_t>(file, {"/graphs/kernel_count"}, file_bytes);
  columns.edge_offset = read_rows<int64_t>(file, {"/graphs/edge_offset"}, file_bytes);
  columns.edge_count = read_rows<int32_t>(file, {"/graphs/edge_count"}, file_bytes);
  columns.features = read_rows<float>(file, {"/features", schema.features.size()}, file_bytes);
  columns.base_costs =
      read_rows<float>(file, {"/base_costs", schema.base_costs.size()}, file_bytes);
  columns.edges = read_rows<int32_t>(file, {"/edges", 2}, file_bytes);

  const size_t rows = columns.name.size();
  if (columns.model.size() != rows || columns.batch.size() != rows ||
      columns.kernel_offset.size() != rows || columns.kernel_count.size() != rows ||
      columns.edge_offset.size() != rows || columns.edge_count.size() != rows) {
    throw Error("/graphs: its columns differ in length; damaged");
  }
  if (columns.features.size() / schema.features.size() !=
      columns.base_costs.size() / schema.base_costs.size()) {
    throw Error("/features and /base_costs differ in length; damaged");
  }
  return columns;
}

/// Throws Error unless rows [offset, offset + count) are among `rows`.
void check_range(int64_t offset, int64_t count, size_t rows, const char* what) {
  const auto limit = static_cast<int64_t>(rows);
  if (offset < 0 || count < 0 || offset > limit || count > limit - offset) {
    throw Error(std::string(what) + " outside the file; damaged");
  }
}

Sample sample_of(const SampleColumns& columns, const FeatureSchema& schema, size_t row) {
  Sample sample;
  sample.graph = columns.name[row];
  sample.model = columns.model[row];
  sample.batch = columns.batch[row];
  const int64_t kernel = columns.kernel_offset[row], num_kernels = columns.kernel_count[row];
  const int64_t edge = columns.edge_offset[row], num_edges = columns.edge_count[row];
  check_range(kernel, num_kernels, columns.features.size() / schema.features.size(), "kernels");
  check_range(edge, num_edges, columns.edges.size() / 2, "edges");
  if (sample.batch < 1) throw Error("batch below 1; damaged");

  GraphFeatures& graph = sample.features;
  graph.num_kernels = static_cast<int32_t>(num_kernels);
  const auto cut = [&](const std::vector<float>& rows, size_t width) {
    const auto begin = rows.begin() + kernel * static_cast<int64_t>(width);
    return std::vector<float>(begin, begin + num_kernels * static_cast<int64_t>(width));
  };
  graph.features = cut(columns.features, schema.features.size());
  graph.base_costs = cut(columns.base_costs, schema.base_costs.size());
  for (const float value : graph.features) {
    if (!std::isfinite(value)) throw Error("a feature is not finite; damaged");
  }
  for (const float value : graph.base_costs) {
    if (!std::isfinite(value) || value < 0) throw Error("a base cost is not a size; damaged");
  }
  graph.edges.reserve(static_cast<size_t>(num_edges));
  for (int64_t i = edge; i < edge + num_edges; ++i) {
    const int32_t producer = columns.edges[static_cast<size_t>(2 * i)];
    const int32_t consumer = columns.edges[static_cast<size_t>(2 * i + 1)];
    if (producer < 0 || producer >= num_kernels || consumer < 0 || consumer >= num_kernels) {
      throw Error("an edge to a kernel that the graph does not have; damaged");
    }
    graph.edges.emplace_back(producer, consumer);
  }
  return sample;
}

std::vector<SampleLabel> read_labels(const Handle& file, size_t file_bytes, size_t num_samples,
                                     size_t num_platforms) {
  const auto sample = read_rows<int32_t>(file, {"/labels/sample"}, file_bytes);
  const auto platform = read_rows<int32_t>(file, {"/labels/platform"}, file_bytes);
  const auto latency_ms = read_rows<double>(file, {"/labels/latency_ms"}, file_bytes);
  if (platform.size() != sample.size() || latency_ms.size() != sample.size()) {
    throw Error("/labels: its columns differ in length; damaged");
  }
  std::vector<SampleLabel> labels;
  labels.reserve(sample.size());
  for (size_t i = 0; i < sample.size(); ++i) {
    if (sample[i] < 0 || static_cast<size_t>(sample[i]) >= num_samples || platform[i] < 0 ||
        static_cast<size_t>(platform[i]) >= num_platforms) {
      throw Error("/labels: row " + std::to_string(i) +
                  " is of a graph or platform that is not in the file; damaged");
    }
    if (!std::isfinite(latency_ms[i]) || latency_ms[i] <= 0) {
      throw Error("/labels: row " + std::to_string(i) + " is not a latency; damaged");
    }
    labels.push_back({sample[i], platform[i], latency_ms[i]});
  }
  return labels;
}

Dataset read_dataset(const std::string& path) {
  const size_t file_bytes = MappedFile(path).bytes().size;
  const Handle file = hdf5::open_file(path, false);
  Dataset dataset;
  dataset.schema = read_header(file);
  dataset.platforms = read_rows<std::string>(file, {"/platforms"}, file_bytes);
  const SampleColumns columns = read_columns(file, dataset.schema, file_bytes);
  if (columns.name.size() > std::numeric_limits<int32_t>::max()) throw Error("too many graphs");
  dataset.samples.reserve(columns.name.size());
  for (size_t row = 0; row < columns.name.size(); ++row) {
    dataset.samples.push_back(with_context("graph '" + columns.name[row] + "'", [&] {
      return sample_of(columns, dataset.schema, row);
    }));
  }
  dataset.labels = read_labels(file, file_bytes, dataset.samples.size(), dataset.platforms.size());
  return dataset;
}

/// Rows that an opened file has before an append.
struct RowCounts {
  size_t platforms = 0, samples = 0, labels = 0;
  int64_t kernels = 0, edges = 0;
};

RowCounts counts_of(const Dataset& dataset) {
  RowCounts counts{dataset.platforms.size(), dataset.samples.size(), dataset.labels.size()};
  for (const Sample& sample : dataset.samples) {
    counts.kernels += sample.features.num_kernels;
    counts.edges += static_cast<int64_t>(sample.features.edges.size());
  }
  return counts;
}

/// Writes what `merged` has beyond the `there` rows of the file, and the latencies, which may have
/// changed.
void write_beyond(const Handle& file, const Dataset& merged, const RowCounts& there) {
  const auto tail = [](const auto& all, size_t first) {
    return std::decay_t<decltype(all)>(all.begin() + static_cast<std::ptrdiff_t>(first), all.end());
  };
  write_rows(file, {"/platforms"}, tail(merged.platforms, there.platforms), there.platforms);
  const SampleColumns columns =
      columns_of(merged.samples, there.samples, there.kernels, there.edges);
  write_rows(file, {"/graphs/name"}, columns.name, there.samples);
  write_rows(file, {"/graphs/model"}, columns.model, there.samples);
  write_rows(file, {"/graphs/batch"}, columns.batch, there.samples);
  write_rows(file, {"/graphs/kernel_offset"}, columns.kernel_offset, there.samples);
  write_rows(file, {"/graphs/kernel_count"}, columns.kernel_count, there.samples);
  write_rows(file, {"/graphs/edge_offset"}, columns.edge_offset, there.samples);
  write_rows(file, {"/graphs/edge_count"}, columns.edge_count, there.samples);
  const auto kernels = static_cast<size_t>(there.kernels), edges = static_cast<size_t>(there.edges);
  write_rows(file, {"/features", merged.schema.features.size()}, columns.features, kernels);
  write_rows(file, {"/base_costs", merged.schema.base_costs.size()}, columns.base_costs, kernels);
  write_rows(file, {"/edges", 2}, columns.edges, edges);

  std::vector<int32_t> sample, platform;
  std::vector<double> latency_ms;
  for (const SampleLabel& label : merged.labels) {
    sample.push_back(label.sample);
    platform.push_back(label.platform);
    latency_ms.push_back(label.latency_ms);
  }
  write_rows(file, {"/labels/sample"}, tail(sample, there.labels), there.labels);
  write_rows(file, {"/labels/platform"}, tail(platform, there.labels), there.labels);
  write_rows(file, {"/labels/latency_ms"}, latency_ms);
}

}  // namespace

Dataset load_dataset(const std::string& path) {
  MappedFile present(path);  // for its own errors, which name the path
  return with_context(path, [&] { return read_dataset(path); });
}

void append_dataset(const std::string& path, const Dataset& additions) {
  const bool exists = std::filesystem::exists(path);
  Dataset merged = exists ? load_dataset(path) : Dataset{};
  const RowCounts there = counts_of(merged);
  with_context(path, [&] {
    merge_into(merged, additions);
    SideFile side(path);
    if (exists) std::filesystem::copy_file(path, side.path());
    Handle file = exists ? hdf5::open_file(side.path(), true) : hdf5::create_file(side.path());
    if (!exists) write_header(file, merged.schema);
    write_beyond(file, merged, there);
    hdf5::close_and_sync(file, side.path());
    side.put_in_place();
  });
}

}  // namespace tacho
