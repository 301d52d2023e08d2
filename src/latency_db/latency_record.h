// What is remembered of a measurement.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph_ir/graph_hash.h"

namespace tacho {

struct LatencyRecord {
  std::string id;  ///< 32 hexadecimal digits, the same wherever the measurement is copied to
  GraphKey key;
  std::string platform;
  double latency_ms = 0;  ///< median, of a batch
  std::optional<double> stddev_ms;
  std::optional<int64_t> runs;
  std::vector<double> samples_ms;            ///< may be empty; kept as float32
  std::optional<int64_t> measured_at_ms;     ///< since 1970, UTC; unknown of most imports
  std::string host;                          ///< "" if unknown
  std::map<std::string, std::string> facts;  ///< versions, threads, governor, … of the backend
  std::string source;                        ///< "libtorch", or the file that it was imported from
  std::string model;                         ///< as the user called it: a path, a reference
  std::string network;  ///< of a label: its model's name, "" if it follows from `model`
  std::string stage;    ///< of a label: "train", "val", "test", ""
};

/// For something just measured.
std::string random_id();
/// For something that comes without an id: of what it says. `repeat` tells apart rows of one file
/// that say the same: 0 for the first, 1 for the second.
std::string content_id(const LatencyRecord& measurement, size_t repeat);

/// Milliseconds since 1970.
int64_t now_ms();
/// "2026-11-21T19:04:43Z", "2026-11-21T19:04:43.125Z" if there are milliseconds.
std::string time_text(int64_t ms);
/// Of what time_text() writes; a date alone is its midnight. nullopt if it is neither.
std::optional<int64_t> time_from_text(const std::string& text);
/// This machine's name.
std::string host_name();

}  // namespace tacho
