#include "backends/measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

namespace tacho {
namespace {

using Clock = std::chrono::steady_clock;
constexpr double kRounding = 1e-9;   // seconds: ten times 100 ms are a second
constexpr size_t kLeastOfRound = 5;  // samples that a comparison of rounds needs

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double run_once(CompiledModel& model) {
  const double ms = model.run();
  if (std::isfinite(ms) && ms > 0) return ms;
  throw Error("a run took '" + std::to_string(ms) + "' ms, which is no latency");
}

// Of a sorted sample, interpolated.
double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(at);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double median_of(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  return quantile(samples, 0.5);
}

void summarize(Timing& timing) {
  const std::vector<double>& samples = timing.samples_ms;
  const auto n = static_cast<double>(samples.size());
  std::vector<double> sorted = samples;
  std::sort(sorted.begin(), sorted.end());
  timing.runs = static_cast<int64_t>(samples.size());
  timing.median_ms = quantile(sorted, 0.5);
  timing.spread = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / timing.median_ms;
  double sum = 0, squares = 0;
  for (const double ms : samples) sum += ms;
  timing.mean_ms = sum / n;
  for (const double ms : samples) squares += (ms - timing.mean_ms) * (ms - timing.mean_ms);
  timing.stddev_ms = samples.size() > 1 ? std::sqrt(squares / (n - 1)) : 0;
}

// One of the models, half measured.
class Series {
 public:
  Series(const TurnTaker& taker, bool alone) : taker_(&taker), settle_(!alone) {}

  bool failed() const { return measured_.error.has_value(); }

  void warm_up(const MeasureOptions& options) {
    attempt([&] {
      const TurnResult result =
          (*taker_)({std::max(1, options.warmup_runs), options.warmup_seconds, false});
      measured_.timing.first_ms = result.samples_ms.at(0);
    });
  }

  // A turn that ends when there are `runs` and `seconds` since the last count_from_here().
  void take_turn(double runs, double seconds) {
    attempt([&] {
      const Turn turn{std::max(1, static_cast<int>(std::ceil(runs - kRounding)) - runs_),
                      std::max(0.0, seconds - seconds_), settle_};
      const TurnResult result = (*taker_)(turn);
      Timing& timing = measured_.timing;
      timing.samples_ms.insert(timing.samples_ms.end(), result.samples_ms.begin(),
                               result.samples_ms.end());
      timing.turn_medians_ms.push_back(median_of(result.samples_ms));
      runs_ += static_cast<int>(result.samples_ms.size());
      seconds_ += result.seconds;
    });
  }

  // Closes a round.
  void end_round(double agree_within) {
    if (failed()) return;
    Timing& timing = measured_.timing;
    const std::vector<double> round(timing.samples_ms.begin() + static_cast<long>(round_start_),
                                    timing.samples_ms.end());
    round_start_ = timing.samples_ms.size();
    fewest_ = timing.round_medians_ms.empty() ? round.size() : std::min(fewest_, round.size());
    std::vector<double>& medians = timing.round_medians_ms;
    medians.push_back(median_of(round));
    if (medians.size() < 2 || fewest_ < kLeastOfRound) return;
    const double a = medians[medians.size() - 2], b = medians.back();
    timing.rounds_agree = std::abs(a - b) <= agree_within * std::min(a, b);
  }

  void count_from_here() {
    runs_ = 0;
    seconds_ = 0;
  }

  bool wants_another_look() const {
    return !failed() && !measured_.timing.rounds_agree.value_or(true);
  }

  Measured finish() {
    if (!failed()) summarize(measured_.timing);
    return std::move(measured_);
  }

 private:
  template <typename Body>
  void attempt(Body body) {
    if (failed()) return;
    try {
      body();
    } catch (const Error& e) {
      measured_.error = e;
    }
  }

  const TurnTaker* taker_;
  bool settle_;
  Measured measured_;
  size_t round_start_ = 0, fewest_ = 0;  ///< samples
  int runs_ = 0;
  double seconds_ = 0;
};

// Turns `begin` to `end` of the protocol's `turns`, then the round's end.
void run_round(const std::vector<Series*>& series, int begin, int end, int turns,
               const MeasureOptions& options) {
  const int runs = std::max(1, options.min_runs);
  for (int turn = begin; turn < end; ++turn) {
    const double share = static_cast<double>(turn + 1) / turns;
    const auto take = [&](Series* one) {
      one->take_turn(share * runs, share * options.min_seconds);
    };
    if (turn % 2 == 0) {
      std::for_each(series.begin(), series.end(), take);
    } else {
      std::for_each(series.rbegin(), series.rend(), take);
    }
  }
  for (Series* one : series) one->end_round(options.rounds_agree_within);
}

}  // namespace

std::vector<double> kept_samples(const Timing& timing) {
  const std::vector<double>& all = timing.samples_ms;
  if (all.size() <= kMostKeptSamples) return all;
  std::vector<double> kept;
  for (size_t i = 0; i < kMostKeptSamples; ++i)
    kept.push_back(all[i * all.size() / kMostKeptSamples]);
  return kept;
}

TurnResult take_turn(CompiledModel& model, const Turn& turn) {
  model.begin_turn();
  if (turn.settle) run_once(model);
  TurnResult result;
  const Clock::time_point start = Clock::now();
  double told_ms = 0;
  int runs = 0;
  while (runs < turn.runs ||
         (1e-3 * told_ms < turn.seconds - kRounding && seconds_since(start) < turn.seconds)) {
    const double ms = run_once(model);
    told_ms += ms;
    ++runs;
    result.samples_ms.push_back(ms);
  }
  result.seconds = std::max(1e-3 * told_ms, seconds_since(start));
  return result;
}

std::vector<Measured> measure_in_turns(const std::vector<TurnTaker>& models,
                                       const MeasureOptions& options) {
  std::vector<Series> all;
  all.reserve(models.size());
  for (const TurnTaker& model : models) all.emplace_back(model, models.size() == 1);
  std::vector<Series*> those;
  for (Series& series : all) {
    series.warm_up(options);
    those.push_back(&series);
  }
  const int turns = std::clamp(options.turns, 1, std::max(1, options.min_runs));
  const int half = (turns + 1) / 2;
  run_round(those, 0, half, turns, options);
  if (half < turns) run_round(those, half, turns, turns, options);
  for (int look = 0; look < options.second_looks; ++look) {
    those.clear();
    for (Series& series : all) {
      if (!series.wants_another_look()) continue;
      series.count_from_here();
      those.push_back(&series);
    }
    if (those.empty()) break;
    run_round(those, 0, half, turns, options);
  }
  std::vector<Measured> measured;
  for (Series& series : all) measured.push_back(series.finish());
  return measured;
}

Timing measure(CompiledModel& model, const MeasureOptions& options) {
  const TurnTaker taker = [&](const Turn& turn) { return take_turn(model, turn); };
  Measured measured = measure_in_turns({taker}, options)[0];
  if (measured.error) throw Error(*measured.error);
  return std::move(measured.timing);
}

std::vector<Timing> measure_interleaved(const std::vector<CompiledModel*>& models,
                                        const MeasureOptions& options) {
  std::vector<Timing> timings(models.size());
  if (models.empty()) return timings;
  // Rounds of one run of each.
  const auto rounds = [&](int runs, double seconds, auto keep) {
    const Clock::time_point start = Clock::now();
    const double enough = seconds * static_cast<double>(models.size());
    double told_ms = 0;
    for (int round = 0; round < runs || (1e-3 * told_ms < enough && seconds_since(start) < enough);
         ++round) {
      for (size_t i = 0; i < models.size(); ++i) {
        const double ms = run_once(*models[i]);
        told_ms += ms;
        keep(timings[i], ms);
      }
    }
  };
  rounds(std::max(1, options.warmup_runs), options.warmup_seconds, [](Timing& timing, double ms) {
    if (timing.first_ms == 0) timing.first_ms = ms;
  });
  rounds(std::max(1, options.min_runs), options.min_seconds,
         [](Timing& timing, double ms) { timing.samples_ms.push_back(ms); });
  for (Timing& timing : timings) summarize(timing);
  return timings;
}

}  // namespace tacho
