// An unfinished training run on disk, so that a kill costs one epoch at most.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gnn/train/optimizer.h"

namespace tacho {

struct RunState {
  int epochs_done = 0;
  int best_epoch = 0;
  double best_error = 0;       ///< validation error at best_epoch, percent
  std::vector<double> losses;  ///< of each epoch done
  std::vector<std::vector<float>> weights;
  std::vector<std::vector<float>> best;  ///< the averaged weights of best_epoch
  Optimizer::State optimizer;
};

/// `key` says what the run depends on (configuration and data); `parameters` name and size the
/// vectors.
void save_run_state(const std::string& path, const std::string& key,
                    const std::vector<Parameter>& parameters, const RunState& state);

/// Nothing if there is no such file, it is damaged, or it belongs to another key; `reason` says
/// which.
std::optional<RunState> load_run_state(const std::string& path, const std::string& key,
                                       const std::vector<Parameter>& parameters,
                                       std::string* reason);

}  // namespace tacho
