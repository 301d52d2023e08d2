// Random choices that are the same on every machine, which the standard's distributions are not.
// Neither is the order in which a call's arguments are evaluated: no two draws in one argument list
// (between braces the order is fixed).
#pragma once

#include <cstdint>
#include <vector>

#include "common/stable_hash.h"

namespace tacho {

class Draws {
 public:
  explicit Draws(uint64_t seed) : state_(seed) {}

  /// From low to high, both possible.
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(next() % static_cast<uint64_t>(high - low + 1));
  }
  bool chance(int percent) { return between(1, 100) <= percent; }
  int64_t pick(const std::vector<int64_t>& choices) { return choices[next() % choices.size()]; }
  /// About `percent`, drawn from `low` to `high`, of `channels`; a multiple of 8, at least 8.
  int64_t channels(int64_t channels, int64_t low_percent = 50, int64_t high_percent = 150) {
    const int64_t eighths = (channels * between(low_percent, high_percent) + 400) / 800;
    return eighths < 1 ? 8 : 8 * eighths;
  }

 private:
  uint64_t next() {
    const uint64_t drawn = splitmix64(state_);
    state_ += 0x9e3779b97f4a7c15ULL;
    return drawn;
  }
  uint64_t state_;
};

}  // namespace tacho
