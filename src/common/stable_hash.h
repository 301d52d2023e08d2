// Hashes that give the same value on every machine and in every release: splits and digests rest on
// them.
#pragma once

#include <cstdint>
#include <string_view>

namespace tacho {

/// FNV-1a, 64 bits (Fowler, Noll, Vo; http://www.isthe.com/chongo/tech/comp/fnv).
class Fnv1a {
 public:
  void add_bytes(std::string_view bytes) {
    for (const char c : bytes) {
      state_ ^= static_cast<uint8_t>(c);
      state_ *= 0x100000001b3ULL;
    }
  }
  /// Least significant byte first, whatever the machine's order.
  void add_integer(uint64_t value) {
    for (int i = 0; i < 8; ++i, value >>= 8) {
      state_ ^= value & 0xff;
      state_ *= 0x100000001b3ULL;
    }
  }
  /// The length goes in as well, so that ("ab", "c") and ("a", "bc") differ.
  void add_text(std::string_view text) {
    add_integer(text.size());
    add_bytes(text);
  }
  uint64_t value() const { return state_; }

 private:
  uint64_t state_ = 0xcbf29ce484222325ULL;
};

/// The finaliser of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", 2014): spreads every input bit over all output bits, which FNV alone does not do
/// for its high ones.
inline uint64_t splitmix64(uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace tacho
