// A program that was started to talk with: one socket, which is its standard input, carries both
// directions; what it prints goes to this process's stderr. It dies with the thread that started
// it, in the middle of whatever it does.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "common/memory_file.h"

namespace tacho {

struct ChildOptions {
  bool leads_group = false;  ///< it and what it starts are killed together; else it is of our group
  bool keeps_prints = false;  ///< what it prints is kept in memory for last_print(), not shown
};

class ChildProcess {
 public:
  /// `argv[0]` is looked up in PATH. Throws Error: it cannot be started.
  ChildProcess(const std::vector<std::string>& argv, const ChildOptions& options);
  /// Kills it.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  /// False if it does not listen any more.
  bool send(const std::string& bytes);
  /// Waits up to `wait_ms` (-1: for ever) and appends what came, which may be nothing. False if it
  /// closed its end.
  bool receive(std::string& bytes, int wait_ms);
  /// Waits for its end: "was killed by signal 11 (Segmentation fault)".
  std::string how_it_ended();
  /// Frees the memory of what it printed so far.
  void forget_prints() {
    if (prints_) prints_->clear();
  }
  /// The last line that it printed since then; empty if there is none or prints are not kept.
  std::string last_print() const { return prints_ ? prints_->last_line() : ""; }

 private:
  pid_t pid_ = -1;
  int socket_ = -1;
  bool leads_group_;
  std::optional<MemoryFile> prints_;
};

}  // namespace tacho
