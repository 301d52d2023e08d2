// The accuracy of predictions, per platform and over all, as tacho evaluate prints it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/metrics.h"
#include "common/table.h"

namespace tacho {

/// What was predicted and measured on one platform, both in milliseconds.
struct PlatformPairs {
  std::string platform;
  std::vector<double> predicted_ms;
  std::vector<double> measured_ms;
};

struct EvaluationSummary {
  std::vector<std::pair<std::string, Accuracy>> platforms;  ///< those with at least one row
  Accuracy
      mean;  ///< of the platforms' figures, each platform weighing the same; count: of platforms
  Accuracy all;  ///< of all rows together
};

EvaluationSummary summarize(const std::vector<PlatformPairs>& pairs);

/// Without the rows whose measured latency is among the platform's lowest or highest: `trim` is the
/// share dropped in all, half of it at each end (rounded down).
std::vector<PlatformPairs> trimmed(const std::vector<PlatformPairs>& pairs, double trim);

/// One row per platform, then "mean over platforms" and "all rows".
Table accuracy_table(const EvaluationSummary& summary);
nlohmann::ordered_json accuracy_json(const Accuracy& accuracy);

}  // namespace tacho
