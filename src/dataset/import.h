// From tables of published latencies and their graphs to a data set.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dataset/dataset.h"

namespace tacho {

struct ImportOptions {
  std::string latency_csv;  ///< see read_label_file()
  /// Archive or folder with the files that the column `graph` names; not looked at if all are
  /// references.
  std::string graphs;
  int threads = 2;
  const FeatureSource* source = nullptr;  ///< of further columns
};

struct ImportReport {
  Dataset dataset;
  size_t rows = 0;
  size_t imported = 0;         ///< rows that became labels
  size_t without_graph = 0;    ///< rows that name no graph
  size_t graph_not_found = 0;  ///< rows whose graph is not in the archive
  size_t graph_failed = 0;     ///< rows whose graph could not be read or lowered at their batch
  std::vector<std::string> problems;  ///< one line for each graph behind the last two
};

/// Called with the number of graphs done and of all; from the thread that called
/// import_latency_csv().
using ImportProgress = std::function<void(size_t done, size_t total)>;

/// Lowers every graph at every batch that occurs. A graph that fails is reported and skipped.
/// Samples and labels are in the order of the file, however many threads work. A graph is found by
/// its path in the archive, else by its file name alone; a reference is built. Throws Error for a
/// table or an archive that cannot be read.
ImportReport import_latency_csv(const ImportOptions& options, const ImportProgress& progress = {});

}  // namespace tacho
