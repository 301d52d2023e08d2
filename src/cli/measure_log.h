// What `tacho measure` keeps in files.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "backends/worker/worker_pool.h"
#include "common/csv_log.h"
#include "common/line_log.h"

namespace tacho {

struct MeasureFiles {
  std::string labels;   ///< CSV; empty: none
  std::string samples;  ///< JSON lines; empty: none
  std::string graphs;   ///< graphs are named relative to this folder, if it is not empty
};

/// A measurement as it is kept and printed: {"model", "batch", "platform", "latency_ms", …,
/// "date", "samples_ms", "context"}, and "split_off" (a list) where another runtime computed a
/// part; `runs` counts all, `samples_ms` are kept_samples(); `rounds_agree` is null where too few
/// runs were made to compare. Of what was measured elsewhere, what the database does not keep
/// (load, first run, rounds) is NaN or empty, and null in JSON.
struct Measurement {
  std::string model;
  int64_t batch = 1;
  std::string platform;
  std::string date;  ///< UTC, ISO 8601
  MeasureResult result;
};
/// `context`: the tool, the machine's state and the backend's facts when the sweep began.
nlohmann::ordered_json measurement_json(const Measurement& measurement,
                                        const nlohmann::ordered_json& context);

/// The labels, beside them `LABELS.environment.jsonl` with a line per run of the program and
/// platform (date, host, load, versions, threads), and all samples. Each is on disk when add()
/// returns. Throws Error naming the file.
class MeasureLog {
 public:
  explicit MeasureLog(const MeasureFiles& files);

  bool has(const std::string& model, int64_t batch, const std::string& platform) const;
  /// `context`: of the platform, written before its first measurement.
  void add(const Measurement& measurement, const nlohmann::ordered_json& context);

 private:
  std::string name_of(const std::string& model) const;

  std::string graphs_;
  std::optional<CsvLog> labels_;
  std::optional<LineLog> environments_, samples_;
  std::set<std::tuple<std::string, int64_t, std::string>> known_;
  std::set<std::string> described_;  ///< platforms
};

}  // namespace tacho
