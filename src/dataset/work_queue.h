// Hands jobs from one thread to a few workers; at most as many wait as there are workers.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace tacho {

template <typename Job>
class WorkQueue {
 public:
  /// `work` must not throw; it runs on several threads at once.
  WorkQueue(int num_workers, std::function<void(Job&)> work)
      : limit_(static_cast<size_t>(num_workers)), work_(std::move(work)) {
    for (int i = 0; i < num_workers; ++i) workers_.emplace_back([this] { run(); });
  }
  ~WorkQueue() { finish(); }
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// Waits while the queue is full.
  void push(Job job) {
    std::unique_lock<std::mutex> lock(mutex_);
    has_room_.wait(lock, [this] { return jobs_.size() < limit_; });
    jobs_.push_back(std::move(job));
    has_job_.notify_one();
  }

  /// Returns when every job is done; nothing may be pushed afterwards.
  void finish() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      closed_ = true;
    }
    has_job_.notify_all();
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
  }

 private:
  void run() {
    while (true) {
      std::unique_lock<std::mutex> lock(mutex_);
      has_job_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      Job job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      has_room_.notify_one();
      work_(job);
    }
  }

  const size_t limit_;
  const std::function<void(Job&)> work_;
  std::mutex mutex_;
  std::condition_variable has_job_, has_room_;
  std::deque<Job> jobs_;
  bool closed_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace tacho
