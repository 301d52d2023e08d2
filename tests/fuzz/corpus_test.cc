// Files that are damaged in ways that happen: cut short, a bit turned, a piece missing, not ONNX at
// all. Whatever the damage, the outcome is a graph or an Error, soon, without much memory.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <stdexcept>

#include "fuzz/damage.h"
#include "fuzz/read_model.h"

namespace tacho::testing {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kLimitMemory = false;  // the sanitizer itself maps terabytes
#else
constexpr bool kLimitMemory = true;
#endif
constexpr rlim_t kMemoryLimit = rlim_t{1} << 30;
constexpr int kSecondsPerFile = 5;
constexpr rlim_t kSecondsPerTest = 240;

/// Runs `body` in a process of its own with 1 GB of address space, so that a crash, a hang or a
/// huge allocation is told from an Error. True if the process ended as it should; else stderr says
/// why.
bool survives(const std::function<void()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit memory{kMemoryLimit, kMemoryLimit};
    if (kLimitMemory) ::setrlimit(RLIMIT_AS, &memory);
    const rlimit time{kSecondsPerTest, kSecondsPerTest};
    ::setrlimit(RLIMIT_CPU, &time);
    try {
      body();
    } catch (const std::exception& e) {
      std::fprintf(stderr, "escaped: %s\n", e.what());
      ::_exit(2);
    }
    ::_exit(0);
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child) return false;
  if (WIFSIGNALED(status)) std::fprintf(stderr, "killed by signal %d\n", WTERMSIG(status));
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// fault_of() with a bound on its time: a limit of the process would not name the file.
void read_in_time(const std::string& bytes, const std::string& what,
                  std::optional<int64_t> batch = {}) {
  const double start = cpu_seconds();
  try {
    fault_of(bytes, batch);
  } catch (const std::exception& e) {
    throw std::runtime_error(what + ": " + e.what());
  }
  if (cpu_seconds() - start > kSecondsPerFile) {
    throw std::runtime_error(what + ": took over " + std::to_string(kSecondsPerFile) + " s");
  }
}

class Corpus : public ::testing::TestWithParam<size_t> {
 protected:
  const SeedModel& seed() const { return seed_models()[GetParam()]; }
};

TEST_P(Corpus, UndamagedIsRead) {
  EXPECT_EQ(fault_of(seed().bytes), std::nullopt);
  EXPECT_EQ(fault_of(seed().bytes, 7), std::nullopt);
}

TEST_P(Corpus, CutShortAtEveryLength) {
  EXPECT_TRUE(survives([&] {
    for (size_t length = 0; length < seed().bytes.size(); ++length) {
      read_in_time(seed().bytes.substr(0, length),
                   seed().name + " cut at " + std::to_string(length));
    }
  }));
}

TEST_P(Corpus, OneBitTurned) {
  EXPECT_TRUE(survives([&] {
    const size_t bits = seed().bytes.size() * 8;
    const size_t step = std::max<size_t>(1, bits / 3000);
    for (size_t bit = 0; bit < bits; bit += step) {
      read_in_time(with_flipped_bit(seed().bytes, bit),
                   seed().name + " bit " + std::to_string(bit));
    }
  }));
}

TEST_P(Corpus, PiecesChangedRemovedAndDoubled) {
  EXPECT_TRUE(survives([&] {
    for (uint64_t i = 0; i < 2000; ++i) {
      Random random(i);
      std::string bytes = seed().bytes;
      for (size_t times = 1 + random.below(4); times > 0; --times) bytes = damaged(bytes, random);
      const auto batch = i % 3 == 0 ? std::optional<int64_t>(7) : std::nullopt;
      read_in_time(bytes, seed().name + " damage " + std::to_string(i), batch);
    }
  }));
}

INSTANTIATE_TEST_SUITE_P(Seeds, Corpus, ::testing::Range<size_t>(0, 5),
                         [](const auto& info) { return seed_models()[info.param].name; });

TEST(Garbage, IsNeverRead) {
  EXPECT_TRUE(survives([] {
    Random random(1);
    for (int i = 0; i < 3000; ++i) {
      std::string bytes(random.below(400), '\0');
      for (char& c : bytes) c = static_cast<char>(random.next());
      read_in_time(bytes, "garbage " + std::to_string(i));
    }
  }));
}

TEST(Garbage, TextAndZerosAreFaults) {
  EXPECT_TRUE(fault_of("").has_value());
  EXPECT_TRUE(fault_of("PK\x03\x04 a zip archive, as PyTorch saves them").has_value());
  EXPECT_TRUE(fault_of("The quick brown fox jumps over the lazy dog.\n").has_value());
  EXPECT_TRUE(fault_of(std::string(4096, '\0')).has_value());
  EXPECT_TRUE(fault_of(std::string(4096, '\xff')).has_value());
}

}  // namespace
}  // namespace tacho::testing
