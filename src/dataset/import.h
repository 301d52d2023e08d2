// From labels and their graphs to a data set.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/labels.h"
#include "dataset/archive.h"
#include "dataset/dataset.h"
#include "graph_ir/fusion_rules.h"

namespace tacho {

struct ImportOptions {
  /// Archive or folder with the files that Label::graph names; not looked at if all are references.
  std::string graphs;
  /// Where the files come from instead, if it is set; may be asked twice.
  std::function<void(const VisitFile& visit)> files;
  int threads = 2;
  const FeatureSource* source = nullptr;  ///< of further columns
  FusionRules fusion = {};                ///< of the platforms that the labels are of
};

struct ImportReport {
  Dataset dataset;
  size_t imported = 0;         ///< labels that are in the data set
  size_t graph_not_found = 0;  ///< labels whose graph is not in the archive
  size_t graph_failed =
      0;  ///< labels whose graph could not be told, read or lowered at their batch
  std::vector<std::string> missing;   ///< the graphs behind graph_not_found
  std::vector<std::string> problems;  ///< one line for each graph behind graph_failed
};

/// Called with the number of graphs done and of all; from the thread that called import_labels().
using ImportProgress = std::function<void(size_t done, size_t total)>;

/// Lowers every graph at every batch that occurs. A graph that fails is reported and skipped.
/// Samples and labels are in the order of `labels`, however many threads work. A graph is found by
/// its path in the archive, else by its file name if no other graph and no other file has it; a
/// reference is built.
/// Throws Error for an archive that cannot be read.
ImportReport import_labels(const std::vector<Label>& labels, const ImportOptions& options,
                           const ImportProgress& progress = {});

}  // namespace tacho
