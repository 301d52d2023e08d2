#include "cli/progress.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

namespace tacho {

Progress::Progress(std::string what, size_t total)
    : what_(std::move(what)), total_(total), on_terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() { clear(); }

void Progress::update(size_t done) {
  constexpr std::chrono::milliseconds kBefore{1000}, kBetween{100};
  const Clock::time_point now = Clock::now();
  if (!on_terminal_ || now - started_ < kBefore || now - shown_ < kBetween) return;
  shown_ = now;
  visible_ = true;
  const double seconds = std::chrono::duration<double>(now - started_).count();
  const double rate = static_cast<double>(done) / seconds;
  const auto left = rate > 0 ? static_cast<long>(static_cast<double>(total_ - done) / rate) : 0L;
  std::fprintf(stderr, "\r\x1b[K%s %zu/%zu, %.1f/s, %ld:%02ld left", what_.c_str(), done, total_,
               rate, left / 60, left % 60);
}

void Progress::clear() {
  if (visible_) std::fputs("\r\x1b[K", stderr);
  visible_ = false;
}

}  // namespace tacho
