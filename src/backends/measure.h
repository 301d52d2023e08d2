// The timing protocol: warm up, then run until both a number of runs and a time are reached.
#pragma once

#include <vector>

#include "backends/backend.h"

namespace tacho {

/// Seconds are counted by the clock or by what the runs return, whichever is more: a recording or a
/// fake, which answers at once, makes as many runs as the device it stands for would.
struct MeasureOptions {
  int warmup_runs = 5;  ///< at least 1 is made
  double warmup_seconds = 0.05;
  int min_runs = 10;  ///< at least 1 is made
  double min_seconds = 1.0;
};

struct Timing {
  double median_ms = 0;
  double mean_ms = 0;
  double stddev_ms = 0;            ///< of the sample (n - 1); 0 of a single one
  double first_ms = 0;             ///< of the first warm-up run
  std::vector<double> samples_ms;  ///< all that were timed, in order
};

/// Throws what run() throws, and Error for a run whose time is not a positive number.
Timing measure(CompiledModel& model, const MeasureOptions& options = {});
/// The same protocol for several models, a run of each in turn, so that a slow moment of the
/// machine hits all of them alike. All get the same number of runs; `min_seconds` times the number
/// of models is the time for all of them together.
std::vector<Timing> measure_interleaved(const std::vector<CompiledModel*>& models,
                                        const MeasureOptions& options = {});

}  // namespace tacho
