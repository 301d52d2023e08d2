// tacho worker: measures what other machines ask for, job by job.
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "cli/arguments.h"
#include "cli/backend_choice.h"
#include "cli/measure_options.h"
#include "cli/measured_store.h"
#include "cli/output.h"
#include "common/memory_file.h"
#include "common/text.h"
#include "latency_db/job_queue.h"

namespace tacho {
namespace {

using Seconds = std::chrono::duration<double>;

struct Options {
  PlatformChoice choice;
  std::vector<std::string> platforms;  ///< by their names
  DbOption db;
  std::string device;
  double lease_seconds = 60;
  LimitOptions limits;
  double pause_seconds = 0.5;
  bool until_idle = false;
};

bool read_options(const Arguments& args, Options& o) {
  CLI::App app(
      "Measures on this machine what others ask for: takes jobs from a PostgreSQL database.",
      "tacho worker");
  o.choice.add_to(app);
  o.db.add_to(app);
  app.add_option("--device", o.device,
                 "Workers of one device measure one at a time; default: the host's name");
  app.add_option("--lease", o.lease_seconds,
                 "Seconds after which a job of a worker that is not heard of goes to another")
      ->check(CLI::Range(0.5, 86400.0).description(""))
      ->capture_default_str();
  o.limits.add_to(app);
  app.add_flag("--until-idle", o.until_idle, "End when there is no job left");
  app.footer(
      "Example: tacho worker --platforms cpu-xeon_8481c-2t-libtorch1.13-fp32 \\\n"
      "             --db postgres://tacho@server/latency\n"
      "Who wants something measured: tacho measure MODEL --platform P --db postgres://…\n"
      "A job is in the record once, whichever worker dies; one that takes three down is given up.\n"
      "Each model runs in a process of its own: one that crashes, hangs or eats the memory is a "
      "job\n"
      "that failed, with the reason, and the worker goes on.");
  return parse(app, args);
}

/// Keeps a worker's lease alive from a thread and a connection of its own, so that a long
/// measurement does not lose it.
class Heart {
 public:
  Heart(const Options& options, std::string worker)
      : o_(options),
        worker_(std::move(worker)),
        db_(o_.db.open(SqlAccess::kWrite)),
        queue_(db_),
        thread_([this] { beat(); }) {}

  ~Heart() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  Heart(const Heart&) = delete;
  Heart& operator=(const Heart&) = delete;

  void hold(const TakenJob& job) {
    const std::lock_guard<std::mutex> lock(mutex_);
    job_ = job;
  }
  void let_go() {
    const std::lock_guard<std::mutex> lock(mutex_);
    job_.reset();
  }

 private:
  void beat() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!stopped_) {
      changed_.wait_for(lock, Seconds(std::min(o_.lease_seconds / 3, 30.0)));
      if (stopped_) return;
      try {
        queue_.announce(worker_, o_.platforms);
        if (!job_) continue;
        queue_.renew(*job_, o_.lease_seconds);
      } catch (const Error& e) {
        print_notice(std::string(e.what()) + "; the lease may run out");
      }
    }
  }

  const Options& o_;
  std::string worker_;
  LatencyDb db_;
  JobQueue queue_;
  std::mutex mutex_;  // of job_, stopped_
  std::condition_variable changed_;
  std::optional<TakenJob> job_;
  bool stopped_ = false;
  std::thread thread_;  // last: it uses all of the above
};

/// A job's network where the pool's processes can read it.
class JobFile {
 public:
  /// Throws Error if the job has none, or a damaged one.
  explicit JobFile(const StoredGraph& graph) : path_(graph.body) {
    read_stored_graph(graph);
    if (graph.form == "onnx") path_ = file_.emplace(graph.body).path();
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;  ///< or a reference
  std::optional<MemoryFile> file_;
};

LatencyRecord measure_job(const TakenJob& job, WorkerPool& pool) {
  const JobFile file(job.graph);
  BindOptions bind;
  bind.batch = job.batch;
  MeasureOptions protocol;
  protocol.min_runs = job.protocol.min_runs;
  protocol.min_seconds = job.protocol.min_seconds;
  const MeasureResult result = pool.measure({{file.path(), bind}}, protocol)[0];
  if (result.error) throw Error(*result.error);
  return record_of({job.graph.hash, job.batch},
                   {job.model, file.path(), bind, job.platform, pool.backend(), facts_of(pool)},
                   result);
}

using Pools = std::map<std::string, std::unique_ptr<WorkerPool>>;  // by platform

/// Of platforms of this machine, or of backends with their options ("libtorch:threads=1").
Pools open_all(const std::vector<std::string>& names, const WorkerLimits& limits) {
  Pools pools;
  for (const std::string& name : names) {
    std::unique_ptr<WorkerPool> pool = open_pool(name, limits);
    const std::string platform = pool->platform();
    pools[platform] = std::move(pool);
  }
  return pools;
}

class Worker {
 public:
  Worker(const Options& options, Pools pools)
      : o_(options),
        name_(host_name() + ":" + std::to_string(::getpid()) + ":" + random_id().substr(0, 8)),
        device_(o_.device.empty() ? host_name() : o_.device),
        pools_(std::move(pools)),
        db_(o_.db.open(SqlAccess::kWrite)),
        queue_(db_),
        heart_(o_, name_) {
    queue_.announce(name_, o_.platforms);
  }

  void work() {
    for (;;) {
      queue_.hold_device(device_, [&] {
        print_notice("waiting for device '" + device_ + "', on which another worker measures");
      });
      const std::optional<TakenJob> job = queue_.take(name_, o_.platforms, o_.lease_seconds);
      if (job) run(*job);
      queue_.release_device(device_);
      if (job) continue;
      if (o_.until_idle) break;
      std::this_thread::sleep_for(Seconds(o_.pause_seconds));
    }
    queue_.leave(name_);
  }

 private:
  void run(const TakenJob& job) {
    heart_.hold(job);
    bool ours = true;
    try {
      const LatencyRecord record = measure_job(job, *pools_.at(job.platform));
      ours = queue_.finish(job, record);
      if (ours) {
        print(job.model + ", batch " + std::to_string(job.batch) + ", " + job.platform + ": " +
              significant(record.latency_ms, 4) + " ms\n");
        std::fflush(stdout);
      }
    } catch (const Error& e) {
      ours = queue_.fail(job, e);
      print_notice(job.model + ": " + e.what());
    }
    if (!ours) print_notice(job.model + ": the lease had run out; the result is another's");
    heart_.let_go();
  }

  const Options& o_;
  std::string name_;
  std::string device_;
  Pools pools_;
  LatencyDb db_;
  JobQueue queue_;
  Heart heart_;
};

}  // namespace

int worker_verb(const Arguments& args) {
  Options options;
  if (!read_options(args, options)) return 0;
  const std::string address = latency_db_address(options.db.asked);
  if (!is_postgres_address(address)) throw JobQueue::needs_postgres(address);
  Pools pools = open_all(options.choice.list(), options.limits.of_each(1));
  for (const auto& [platform, pool] : pools) options.platforms.push_back(platform);
  Worker(options, std::move(pools)).work();
  return 0;
}

}  // namespace tacho
