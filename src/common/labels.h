// Measured latencies as they travel in files: labels.csv and requests.csv.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tacho {

struct Label {
  std::string graph;  ///< graph reference: a file name, relative to the folder of graphs
  std::string model;  ///< the network's name; splits are made by it. Defaults to the graph's stem
  int64_t batch = 1;
  std::string platform;
  double latency_ms = 0;
  std::string stage;  ///< optional: "train", "val", "test"
};

}  // namespace tacho
