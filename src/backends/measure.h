// The timing protocol: warm up, then run until both a number of runs and a time are reached.
#pragma once

#include <vector>

#include "backends/backend.h"

namespace tacho {

struct MeasureOptions {
  int warmup_runs = 5;
  double warmup_seconds = 0.05;
  int min_runs = 10;
  double min_seconds = 1.0;
};

struct Timing {
  double median_ms = 0;
  double mean_ms = 0;
  double stddev_ms = 0;
  double first_ms = 0;              ///< of the first warm-up run
  std::vector<double> samples_ms;  ///< all that were timed, in order
};

Timing measure(CompiledModel& model, const MeasureOptions& options = {});
/// The same protocol for several models, a run of each in turn, so that a slow moment of the machine
/// hits all of them alike.
std::vector<Timing> measure_interleaved(const std::vector<CompiledModel*>& models,
                                        const MeasureOptions& options = {});

}  // namespace tacho
