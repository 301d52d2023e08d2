#include "cli/measure_options.h"

#include <algorithm>

#include "cli/output.h"
#include "common/text.h"

namespace tacho {
namespace {

constexpr double kLargeSpread = 0.1;  // half of the runs lie further apart than this: not steady

}  // namespace

void MeasureProtocolOptions::add_to(CLI::App& app) {
  app.add_option("--min-runs", protocol.min_runs, "Timed runs, at least")
      ->check(CLI::Range(1, 1000000).description(""))
      ->capture_default_str();
  app.add_option("--min-seconds", protocol.min_seconds, "Timed seconds, at least")
      ->check(CLI::Range(0.0, 3600.0).description(""))
      ->capture_default_str();
  limits.add_to(app);
}

void LimitOptions::add_to(CLI::App& app) {
  app.add_option("--time-limit", time_limit_s,
                 "Seconds after which a model is given up, loading included; 0: never")
      ->check(CLI::Range(0.0, 1e6).description(""))
      ->type_name("S")
      ->capture_default_str();
  app.add_option(
         "--memory-limit", memory_limit_gb,
         "GB of memory above which a model is given up, its runtime included; default: nine "
         "tenths of what is free, divided among models measured together")
      ->check(CLI::Range(0.0, 1e6).description(""))
      ->type_name("GB");
}

WorkerLimits LimitOptions::of_each(size_t together) const {
  constexpr double kShareOfFree = 0.9;
  const double gb = memory_limit_gb > 0 ? memory_limit_gb
                                        : kShareOfFree * environment().available_gb /
                                              static_cast<double>(std::max<size_t>(together, 1));
  return {time_limit_s, static_cast<int64_t>(1e9 * gb)};
}

void Concerns::print_once(const WorkerPool& pool) {
  if (pool.name() == "fake" || pool.name() == "replay") return;  // nothing runs
  for (const std::string& concern : concerns_) print_notice(concern);
  concerns_.clear();
}

void print_spread_notice(const std::string& model, const Timing& timing) {
  const std::string percent = significant(100 * timing.spread, 2) + " %";
  if (!timing.rounds_agree.value_or(true)) {
    print_notice(model + ": " + std::to_string(timing.round_medians_ms.size()) +
                 " rounds of runs did not agree; something else uses the machine, or its clock "
                 "changes: measure again when it is quiet");
  } else if (timing.spread > kLargeSpread) {
    print_notice(model + ": the runs are spread widely (interquartile range " + percent +
                 " of the median); a quiet machine, pinning (taskset -c LIST tacho …) or a larger "
                 "--min-seconds makes the median surer");
  }
}

}  // namespace tacho
