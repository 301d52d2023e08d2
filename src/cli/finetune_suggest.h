// tacho finetune --suggest: which models are worth measuring on a new device.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/table.h"
#include "gnn/serve/gnn_predictor.h"

namespace tacho {

struct SuggestOptions {
  size_t count = 0;
  std::string graphs;            ///< folder, model, pattern, or a text file of names, one a line
  std::optional<int64_t> batch;  ///< default: what each file declares
};

/// Prints them, the most informative first; names as labels.csv would have them. Returns the exit
/// code: models that cannot be read are reported and left out. Throws Error if none is left or
/// there are fewer than asked for.
int suggest_models(const GnnPredictor& predictor, const SuggestOptions& options, Format format);

}  // namespace tacho
