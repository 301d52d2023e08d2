// A program that was started to talk with: one socket, which is its standard input, carries both
// directions; what it prints goes to this process's stderr.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace tacho {

class ChildProcess {
 public:
  /// `argv[0]` is looked up in PATH. `leads_group`: it and what it starts are killed together;
  /// otherwise it belongs to this process's group. Throws Error: it cannot be started.
  ChildProcess(const std::vector<std::string>& argv, bool leads_group);
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

 private:
  pid_t pid_ = -1;
  int socket_ = -1;
  bool leads_group_;
};

}  // namespace tacho
