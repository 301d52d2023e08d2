// Answers with what was measured before. The table is a CSV file with a row per run:
//
//   graph,latency_ms           or   graph,platform,latency_ms
//   "conv-bn-relu:hw=56,cin=24,cout=64,k=3,s=1",0.412
//
// `graph` (or `kernel`) is the name of a graph: a kernel's canonical text, or what the caller named
// a model. Other columns are ignored. The runs of a graph are replayed in the file's order, from
// the start again when they are used up.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/spec.h"

namespace tacho {

/// One run of the graph of that name.
struct RecordedRun {
  std::string graph, platform;
  double latency_ms = 0;
};

/// Replays those of `platform`, which may be nullopt if all are of one. `file` is what errors call
/// them. Throws Error (usage) for a platform that none is of, or without one where there are
/// several; Error if there are no runs.
std::unique_ptr<Backend> replay(const std::string& file, const std::vector<RecordedRun>& runs,
                                const std::optional<std::string>& platform);

/// Options: file; platform, which must be given if the file has more than one. A file without a
/// platform column is on the platform named, or on "replay". Throws Error naming file and line for
/// a latency that is no positive number, and for a table without rows.
std::unique_ptr<Backend> open_replay_backend(const BackendSpec& spec);

}  // namespace tacho
