// tacho finetune --full: import, then training of all weights, by the programs beside this one.
#pragma once

#include <string>
#include <vector>

#include "common/labels.h"
#include "gnn/serve/checkpoint.h"

namespace tacho {

/// Whether tacho-dataset and tacho-train are there.
bool can_train();

struct FullOptions {
  std::string start_from;
  std::string output;
  uint64_t seed = 0;
};

/// The new checkpoint knows the labels' platform only. Graphs are references or absolute paths.
/// What the programs print goes to stderr. Returns the exit code of what failed, 0 if nothing did.
/// Throws Error if a program cannot be started.
int train_on(std::vector<Label> labels, const ModelConfig& model, const FullOptions& options);

}  // namespace tacho
