// The training loop.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "gnn/train/config.h"
#include "gnn/train/training_set.h"

namespace tacho {

enum class Resume {
  kIfPossible,  ///< go on with "<output>.state" if it is of this configuration and data
  kRequired,    ///< an Error if it is not
  kNever,       ///< start afresh
};

struct TrainOptions {
  std::string data_digest;  ///< what the data sets hold, for resuming and for the checkpoint
  Resume resume = Resume::kIfPossible;
  int stop_after = 0;  ///< stop as if killed once so many epochs are done; 0: do not
};

struct TrainResult {
  int epochs_done = 0;
  int best_epoch = 0;
  double best_error =
      0;  ///< mean over platforms of the validation MAPE, percent; 0 without validation data
  std::vector<double> losses;  ///< mean training loss of each epoch
};

/// Trains and writes the best averaged weights to config.output whenever validation improves
/// (without validation data: at the end). One line per epoch goes to `log`. The same configuration,
/// data and number of threads give the same weights. Throws Error if the loss stops being a number,
/// or a file cannot be written.
TrainResult train_model(const TrainConfig& config, const TrainingSet& set,
                        const TrainOptions& options, std::ostream& log);

/// What a checkpoint of this run says of itself, without bands and figures.
CheckpointInfo checkpoint_info(const TrainConfig& config, const TrainingSet& set);

}  // namespace tacho
