// A line on stderr that says how far a long job is.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace tacho {

/// Shown only on a terminal, and only once the job has taken a second.
class Progress {
 public:
  Progress(std::string what, size_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `done` of the total are done.
  void update(size_t done);
  /// Takes the line away, so that another can be printed; the next update() brings it back.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::string what_;
  size_t total_;
  bool on_terminal_;
  bool visible_ = false;
  Clock::time_point started_ = Clock::now();
  Clock::time_point shown_ = started_;
};

}  // namespace tacho
