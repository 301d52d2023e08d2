// A few threads that share a list of tasks.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tacho {

class WorkerPool {
 public:
  /// `prepare` runs first in each thread. threads ≥ 1.
  WorkerPool(int threads, std::function<void()> prepare);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Calls task(0) … task(count − 1), each once, in any order and thread, and returns when all are
  /// done. The first exception that a task throws is thrown again here.
  void run(size_t count, const std::function<void(size_t)>& task);

 private:
  void work();

  std::function<void()> prepare_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  const std::function<void(size_t)>* task_ = nullptr;
  size_t count_ = 0;
  size_t next_ = 0;
  size_t finished_ = 0;
  bool stop_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

}  // namespace tacho
