// What is in a data set, in numbers.
#pragma once

#include <string>
#include <vector>

#include "dataset/dataset.h"

namespace tacho {

struct PlatformStatistics {
  std::string platform;
  size_t labels = 0;
  size_t models = 0;  ///< different Sample::model
  double min_ms = 0;
  double median_ms = 0;  ///< the mean of the two middle ones for an even number
  double max_ms = 0;
  double mean_kernels = 0;  ///< kernels of a labelled graph, over the labels
};

struct FamilyStatistics {
  std::string family;  ///< see family_of()
  size_t models = 0;
  size_t graphs = 0;
  size_t labels = 0;
};

struct DatasetStatistics {
  size_t graphs = 0;   ///< different graph files
  size_t samples = 0;  ///< graphs at a batch size
  size_t models = 0;
  size_t labels = 0;
  size_t kernels = 0;  ///< over all samples
  size_t edges = 0;
  std::vector<PlatformStatistics> platforms;  ///< in the order of Dataset::platforms
  std::vector<FamilyStatistics> families;     ///< most models first
};

DatasetStatistics statistics_of(const Dataset& dataset);

}  // namespace tacho
