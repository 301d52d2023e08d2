#include "cli/remote_measure.h"

#include <chrono>
#include <thread>

#include "cli/backend_choice.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "common/text.h"

namespace tacho {
namespace {

constexpr std::chrono::milliseconds kPause{250};

void say_if_nobody_offers(JobQueue& queue, const std::string& platform) {
  const std::vector<std::string> offered = queue.offered();
  for (const std::string& name : offered) {
    if (name == platform) return;
  }
  print_notice("no worker offers platform '" + platform + "' now" + name_hint(platform, offered) +
               " waiting for one (the jobs stay queued if you stop this)");
}

}  // namespace

bool is_measured_elsewhere(const DbOption& db, const std::string& platform) {
  return is_postgres_address(db.asked) && !is_backend(platform) &&
         open_local_pool(platform) == nullptr;
}

RemoteJobs::RemoteJobs(LatencyDb& db, std::string platform)
    : queue_(db), platform_(std::move(platform)) {}

void RemoteJobs::ask(size_t tag, const NewJob& job, const StoredGraph& graph) {
  waiting_[queue_.add(job, graph)].push_back(tag);
}

void RemoteJobs::wait(const std::function<void(size_t tag, const JobResult& result)>& visit) {
  if (waiting_.empty()) return;
  say_if_nobody_offers(queue_, platform_);
  const size_t total = waiting_.size();
  Progress progress("measuring on " + platform_, total);
  while (!waiting_.empty()) {
    std::vector<int64_t> ids;
    for (const auto& [id, tags] : waiting_) ids.push_back(id);
    const std::vector<JobResult> ended = queue_.ended(ids);
    if (!ended.empty()) progress.clear();
    for (const JobResult& result : ended) {
      for (const size_t tag : waiting_.at(result.id)) visit(tag, result);
      waiting_.erase(result.id);
    }
    progress.update(total - waiting_.size());
    if (ended.empty()) std::this_thread::sleep_for(kPause);
  }
}

}  // namespace tacho
