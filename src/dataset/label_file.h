// Measured latencies from a file, in any of the layouts that our users have.
#pragma once

#include <string>
#include <vector>

#include "common/labels.h"

namespace tacho {

struct LabelFile {
  std::vector<Label> labels;  ///< rows that name a graph, in the order of the file
  /// Models that were measured, but whose graph is not at hand; their latency is not read.
  std::vector<Label> without_graph;
  /// Rows that name a graph and no latency, as those of failed measurements.
  std::vector<Label> without_latency;
  size_t num_rows = 0;      ///< all of the three above together
  bool has_stages = false;  ///< some label says whether it is for training or test
};

/// Finds out the layout from the file's beginning (dataset/LABELS.md describes them, label_file.cc
/// lists them): labels.csv, the published tables latency.csv, HELP's latency_ms.csv with its
/// arch.csv beside it, NNLQP's NAS-Bench-201 rows, NNLQP's gt.txt. Label::model is model_of() of
/// the file's name for the model, without one of the graph's; if the file names a family that is
/// not the model's family_of(), the model is called "<family>:<model>". Label::family is always
/// family_of(model).
/// Throws Error naming file and line: a latency that is there and not a positive number, a batch
/// below 1, no platform; where no row has a latency; and for a file of no known layout what those
/// are.
LabelFile read_label_file(const std::string& path);

/// Writes "graph,batch,platform,latency_ms,stage" to the side and renames it into place; a column
/// "model" more where it is not what model_of() says of the graph.
void write_label_file(const std::string& path, const std::vector<Label>& labels);

}  // namespace tacho
