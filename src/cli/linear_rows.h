// Measured latencies with the counts that the linear model is fitted to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/output.h"
#include "graph_ir/fusion_rules.h"
#include "kernel_builder/linear_fit.h"

namespace tacho {

struct LinearRow {
  LinearSample sample;
  std::string model;  ///< splits are made by it
  int64_t batch = 1;
  bool held_out = false;
};

struct LinearRows {
  std::string platform;
  std::vector<LinearRow> rows;  ///< in the order of the files

  std::vector<LinearSample> samples(bool held_out) const;
};

struct LinearRowOptions {
  std::vector<std::string> labels;     ///< see read_label_file()
  std::vector<std::string> graphs;     ///< folders: one for all, one for each, or none
  std::vector<std::string> platforms;  ///< names and patterns; empty: all
  double write_weight = kDefaultWriteWeight;
  /// Models to hold out. A row whose file has stages is held out if its stage is "test".
  double test_share = 0.1;
  uint64_t seed = 1;
  FusionRules fusion = {};  ///< of all the platforms
};

/// Reads and lowers; a graph is a file, a reference, or a block's text (linear_blocks.h). A label
/// whose graph is not there or cannot be lowered goes to `faults`, each graph once, and is left
/// out. Platforms in the order in which they first occur. Throws Error: a file that cannot be read,
/// a platform that is in none (usage), no row left.
std::vector<LinearRows> read_linear_rows(const LinearRowOptions& options, Faults& faults);

}  // namespace tacho
