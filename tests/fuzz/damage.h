// Small valid models, and ways to break them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tacho::testing {

struct SeedModel {
  std::string name;
  std::string bytes;
};

/// The model that `text` describes (see model_bytes()). Values declared between < and > that have no data
/// and no producer become weights without data.
std::string weightless_model(const std::string& text);

/// A convolutional network, a shape computation, an attention block, an LSTM, a quantised layer:
/// between them they reach most of what reads, infers and rewrites.
const std::vector<SeedModel>& seed_models();

/// Deterministic: the same numbers on every machine.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next();
  size_t below(size_t bound) { return static_cast<size_t>(next() % bound); }

 private:
  uint64_t state_;
};

std::string with_flipped_bit(std::string bytes, size_t bit);
/// One of: a byte changed, a range removed, a range doubled, a range from elsewhere put over
/// another.
std::string damaged(std::string bytes, Random& random);

}  // namespace tacho::testing
