// Labels files into a latency database, and a database's measurements as labels.
#pragma once

#include <string>
#include <vector>

#include "dataset/import.h"
#include "dataset/label_file.h"
#include "latency_db/latency_db.h"

namespace tacho {

/// What a labels file is for a database.
struct LabelRecords {
  std::vector<LatencyRecord> records;
  std::vector<StoredGraph> graphs;
  size_t num_rows = 0;               ///< of the file
  size_t without_graph = 0;          ///< rows that name no graph
  std::vector<std::string> missing;  ///< graphs that are not in the archive
  /// One line for each graph that cannot be told or hashed, or is not the one that was measured.
  std::vector<std::string> problems;
};

/// Reads any layout that read_label_file() does, and its graphs from `archive` (an archive or a
/// folder; not looked at if all are references). Of labels.csv the columns stddev_ms, runs,
/// measured_at, host, source and id are taken as well, where it has them; a row without an id gets
/// one of its content, so that the same file imported twice changes nothing. A row whose graph_hash
/// is not the graph's is left out. Throws Error naming file and line.
LabelRecords read_label_records(const std::string& path, const std::string& archive,
                                const ImportProgress& progress = {});

/// The latest measurement of each network, batch and platform. Networks are named as they were when
/// they were first given; if several have that name, with the first digits of their hashes behind
/// it.
struct TrainingLabels {
  std::vector<Label> labels;  ///< of networks that are kept
  size_t not_kept = 0;        ///< measurements of networks that are known by their hash alone
  /// Hands every network that is a file to `visit`, by the name that the labels call it.
  std::function<void(const VisitFile& visit)> files;
};
/// `files` uses the database, which must outlive it.
TrainingLabels training_labels(LatencyDb& db, const std::vector<std::string>& platforms);

}  // namespace tacho
