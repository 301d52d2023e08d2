// A process that runs models for this one, so that a model that crashes, hangs or eats the memory
// takes that process with it and nothing else. The two talk in lines of JSON (worker_loop.h).
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "backends/worker/child_process.h"

namespace tacho {

struct WorkerLimits {
  double seconds = 0;        ///< that a model may take in all, loading included; 0: any
  int64_t memory_bytes = 0;  ///< resident, of the worker and what it started; 0: any
};

class WorkerProcess {
 public:
  /// Starts the hidden verb `measure-worker` of `program` and asks what it is. Throws Error: it
  /// cannot be started, or what the backend says why it is not available.
  WorkerProcess(const std::string& program, const std::string& backend, const WorkerLimits& limits);

  /// {"name", "platform", "facts"} of its backend.
  const nlohmann::json& hello() const { return hello_; }
  /// The limit of seconds counts what ask() takes from here on.
  void start_counting_seconds() { spent_seconds_ = 0; }
  /// Sends a request and waits for its answer. Throws Error: what the worker reported; or that the
  /// worker died or was killed for exceeding a limit, after which alive() is false.
  nlohmann::json ask(const nlohmann::json& request);
  bool alive() const { return child_ != nullptr; }

 private:
  std::string receive();
  void check_limits() const;

  WorkerLimits limits_;
  std::unique_ptr<ChildProcess> child_;  ///< null once it is dead
  double spent_seconds_ = 0;
  std::string unread_;
  nlohmann::json hello_;
};

/// The program `tacho` beside this one, which is the one that workers are started from.
std::string worker_program();

}  // namespace tacho
