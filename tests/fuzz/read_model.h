// The whole front half on bytes that nobody vouches for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tacho::testing {

/// Reads, infers, rewrites and featurises at `batch` (if one is given). Returns the message of the
/// Error, nothing if all went well. Any other exception leaves this function: it is a bug.
std::optional<std::string> fault_of(const uint8_t* data, size_t size,
                                    std::optional<int64_t> batch = {});
std::optional<std::string> fault_of(const std::string& bytes, std::optional<int64_t> batch = {});

/// Seconds of processor time this process has used: what a hang is told by on a busy machine.
double cpu_seconds();

}  // namespace tacho::testing
