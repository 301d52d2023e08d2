// A configuration and its latency as nn-Meter's JSON files spell them.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "kernel_builder/catalogue.h"

namespace tacho {

/// Keeps the order of keys.
using Json = nlohmann::ordered_json;

/// {"HW": 28, "CIN": 640, …}; padding and batch size, which nn-Meter does not have, only where they
/// are not the default.
Json config_to_json(const KernelType& type, const KernelConfig& config);
/// Keys that the type does not have are ignored; STRIDES and POOL_STRIDES are the same. Throws
/// Error naming the key that is missing or not valid.
KernelConfig config_from_json(const KernelType& type, const Json& json);

struct KernelLatency {
  double mean_ms = 0;
  double stddev_ms = 0;
};

/// "37.53 +- 0.314".
std::string latency_text(const KernelLatency& latency);
/// The same text or a plain number. Throws Error for anything else, and for what is not positive.
KernelLatency parse_latency(const Json& json);

}  // namespace tacho
