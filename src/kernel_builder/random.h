// Random numbers that are the same on every platform: std's engines are, its distributions are not.
#pragma once

#include <cstdint>
#include <random>

namespace tacho {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  /// In [0, 1).
  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * uniform(); }
  /// In [0, n), n > 0.
  size_t below(size_t n) { return static_cast<size_t>(uniform() * static_cast<double>(n)); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace tacho
