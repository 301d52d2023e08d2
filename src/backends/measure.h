// The timing protocol: warm up, then run in turns until both a number of runs and a time are
// reached.
//
// The timed runs of a model are taken in turns, short stretches of runs one after the other. Where
// several models are measured their turns alternate, so that a slow moment of the machine hits all
// of them alike, and so does their order (A B, B A, A B, …), so that a machine that grows slower
// does not seem to make the later one slow. Within a turn a model finds the caches as it left them,
// as in a loop of its own. The first half of the turns is a round, the second half another; if the
// medians of the last two rounds lie further apart than `rounds_agree_within`, there is a second
// look: another round.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "backends/backend.h"
#include "common/error.h"

namespace tacho {

/// Seconds are counted by the clock or by what the runs return, whichever is more: a recording or a
/// fake, which answers at once, makes as many runs as the device it stands for would.
struct MeasureOptions {
  int warmup_runs = 5;  ///< at least 1 is made
  double warmup_seconds = 0.05;
  int min_runs = 10;  ///< at least 1 is made
  double min_seconds = 1.0;
  int turns = 10;        ///< of the first two rounds together; as many as runs if those are fewer
  int second_looks = 2;  ///< further rounds, at most
  double rounds_agree_within = 0.05;  ///< relative
};

struct Timing {
  double median_ms = 0;  ///< of all samples
  double mean_ms = 0;
  double stddev_ms = 0;  ///< of the sample (n - 1); 0 of a single one
  /// Interquartile range / median, which a few outliers do not move.
  double spread = 0;
  int64_t runs = 0;                      ///< that were timed
  double first_ms = 0;                   ///< of the first warm-up run
  std::vector<double> samples_ms;        ///< of each run, in order
  std::vector<double> turn_medians_ms;   ///< in order
  std::vector<double> round_medians_ms;  ///< two, and one per second look; one of few runs
  std::optional<bool> rounds_agree;      ///< the last two; nullopt: too few runs to compare
};

/// So many samples of a measurement are kept in files and databases at most.
constexpr size_t kMostKeptSamples = 10000;
/// All samples; where there are more than kMostKeptSamples, so many of them at even distances, in
/// order.
std::vector<double> kept_samples(const Timing& timing);

/// Some runs of a model at a stretch.
struct Turn {
  int runs = 1;         ///< at least
  double seconds = 0;   ///< at least
  bool settle = false;  ///< begin with a run that is not kept: another model ran in between
};
struct TurnResult {
  std::vector<double> samples_ms;
  double seconds = 0;  ///< what the kept runs took
};
/// Throws what run() throws, and Error for a run whose time is not a positive number.
TurnResult take_turn(CompiledModel& model, const Turn& turn);

/// Whoever has the model to measure: this process, or a worker (worker_process.h).
using TurnTaker = std::function<TurnResult(const Turn&)>;
struct Measured {
  Timing timing;
  std::optional<Error> error;  ///< what a turn threw; the model took no further turn
};
/// The protocol, for models that are measured together; one that fails does not stop the others.
std::vector<Measured> measure_in_turns(const std::vector<TurnTaker>& models,
                                       const MeasureOptions& options);

/// The same for one model in this process. Throws what take_turn() throws.
Timing measure(CompiledModel& model, const MeasureOptions& options = {});

/// For comparing models run by run: a single run of each in turn, without second looks. All get the
/// same number of runs; `min_seconds` times the number of models is the time for all of them.
std::vector<Timing> measure_interleaved(const std::vector<CompiledModel*>& models,
                                        const MeasureOptions& options = {});

}  // namespace tacho
