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
  int feature_version = kFeatureVersion;
  std::vector<std::string> platforms;
  std::vector<Sample> samples;
  std::vector<SampleLabel> labels;

  /// Of everything above, as 16 hex digits: the same content gives the same digest on every machine.
  std::string digest() const;
};

/// Throws Error naming the file and the mend: not HDF5, another format or feature version, truncated.
Dataset load_dataset(const std::string& path);
/// Appends samples and labels that the file does not have yet (same graph and batch: same sample; a label
/// of the same sample and platform is replaced); creates the file if there is none. Written to the side and
/// renamed, so that a killed run leaves the old file or the new one.
void append_dataset(const std::string& path, const Dataset& additions);

}  // namespace tacho
