// tacho predict, which is also what tacho linear predict runs.
#pragma once

#include "cli/verb.h"

namespace tacho {

/// A verb that predicts.
struct PredictVerb {
  const char* name;
  const char* summary;
  const char* examples;  ///< what stands below the options
  /// The only predictor it uses, whose file --model names; nullptr: --predictor says which.
  const char* predictor = nullptr;
};

/// Models or a file of requests, predicted and printed.
int run_predict(const PredictVerb& verb, const Arguments& args);

}  // namespace tacho
