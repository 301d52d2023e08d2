// A data set for training: each graph (at a batch size) once, with all its labels. HDF5 on disk
// (format: dataset/FORMAT.md), plain structs in memory.
#pragma once

#include <string>
#include <vector>

#include "graph_ir/features.h"

namespace tacho {

struct Sample {
  std::string graph;  ///< file name the graph came from
  std::string model;  ///< the network's name: splits never part the samples of one model
  int64_t batch = 1;
  GraphFeatures features;
};

struct SampleLabel {
  int32_t sample = 0;    ///< index into Dataset::samples
  int32_t platform = 0;  ///< index into Dataset::platforms
  double latency_ms = 0;
};

struct Dataset {
  FeatureSchema schema = feature_schema();  ///< of every sample's rows
  std::vector<std::string> platforms;
  std::vector<Sample> samples;
  std::vector<SampleLabel> labels;

  /// Of everything above, as 16 hex digits: the same content gives the same digest on every
  /// machine.
  std::string digest() const;
};

/// Adds samples, platforms and labels that `into` does not have yet: same graph and batch is the
/// same sample, and a label of the same sample and platform replaces the old one. Throws Error
/// where the same graph and batch have different features (two networks under one name), and where
/// both have samples, of different schemas.
void merge_into(Dataset& into, const Dataset& additions);

/// Leaves out the labels of all other platforms, and samples without a label.
void keep_platforms(Dataset& dataset, const std::vector<std::string>& platforms);

/// Leaves out the columns of the schema's source.
void drop_source_columns(Dataset& dataset);

/// Throws Error naming the file and the mend: not HDF5, another format or feature version,
/// truncated.
Dataset load_dataset(const std::string& path);
/// merge_into() for the data set in a file; creates it if there is none. The new rows are appended
/// to a copy that then takes the file's place, so that a killed run leaves the old file or the new
/// one.
void append_dataset(const std::string& path, const Dataset& additions);

}  // namespace tacho
