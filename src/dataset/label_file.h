// Measured latencies from a CSV file, in either of the two shapes that we meet.
#pragma once

#include <string>
#include <vector>

#include "common/labels.h"

namespace tacho {

struct LabelFile {
  std::vector<Label> labels;  ///< rows that name a graph, in the order of the file
  size_t num_rows = 0;
  size_t rows_without_graph = 0;  ///< models that were measured, but whose graph is not at hand
};

/// Needs the columns graph, batch, platform and latency_ms; takes model and stage if they are
/// there: labels.csv ("graph,batch,platform,latency_ms[,stage]") and the published tables
/// latency.csv
/// ("platform,model,img_size,batch,latency_ms,graph,…") alike. Label::model is model_of() of the
/// column `model`, without one of the graph's name.
/// Throws Error naming file and line: a latency that is not positive, a batch below 1, no platform.
LabelFile read_label_file(const std::string& path);

/// Writes "graph,batch,platform,latency_ms,stage" to the side and renames it into place.
void write_label_file(const std::string& path, const std::vector<Label>& labels);

}  // namespace tacho
