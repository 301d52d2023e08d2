// Measured latencies as they travel in files: labels.csv and requests.csv.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/shared_text.h"

namespace tacho {

struct Label {
  SharedText graph;  ///< graph reference, or a file name relative to the folder of graphs
  SharedText model;  ///< the network's name; splits are made by it. Defaults to the graph's stem
  int64_t batch = 1;
  SharedText platform;
  double latency_ms = 0;
  SharedText stage = {};   ///< optional: "train", "val", "test"
  SharedText family = {};  ///< the kind of network, "resnet": see family_of()
  size_t line = 0;         ///< of the file it was read from; 0: from none
};

}  // namespace tacho
