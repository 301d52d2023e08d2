// What a finished checkpoint is worth: validation and test figures by the serving tier, error
// bands.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/metrics.h"
#include "gnn/train/trainer.h"

namespace tacho {

/// Per platform, for those with labels in the stage.
using StageFigures = std::map<std::string, Accuracy>;

/// Mean over platforms of the MAPE, in percent; 0 for none.
double mean_mape(const StageFigures& figures);

/// Evaluates the checkpoint in config.output on validation and test data, writes bands and figures
/// into it, and returns the figures as a table. Bands are from validation data, else
/// config.bands_from's, else from training data. Of an ensemble `result` is not used. Throws Error
/// if config.bands_from cannot be read.
std::string finish_checkpoint(const TrainConfig& config, const TrainingSet& set,
                              const std::string& data_digest, const TrainResult& result);

}  // namespace tacho
