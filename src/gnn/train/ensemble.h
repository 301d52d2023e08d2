// Several trained checkpoints as one: their mean is the answer, their disagreement widens its band.
#pragma once

#include <string>
#include <vector>

#include "gnn/train/training_set.h"

namespace tacho {

/// Writes the networks of `members` as one checkpoint to config.output, without bands and figures:
/// finish_checkpoint() adds those. Throws Error (usage) naming the file unless there are two or
/// more, each of one network, trained with this configuration but for the seed, each from another
/// seed, on this data, and config.output is none of them.
void write_ensemble(const std::vector<std::string>& members, const TrainConfig& config,
                    const TrainingSet& set, const std::string& data_digest);

}  // namespace tacho
