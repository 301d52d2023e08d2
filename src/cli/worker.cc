// tacho worker: measures what other machines ask for, job by job.
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "backends/measure_graph.h"
#include "backends/registry.h"
#include "cli/arguments.h"
#include "cli/backend_choice.h"
#include "cli/local_platform.h"
#include "cli/measured_store.h"
#include "cli/output.h"
#include "cli/places.h"
#include "common/text.h"
#include "latency_db/job_queue.h"

namespace tacho {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

struct Options {
  PlatformChoice choice;
  std::vector<std::string> platforms;  ///< by their names
  DbOption db;
  std::string device;
  double lease_seconds = 60;
  double limit_seconds = 600;
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
  app.add_option("--time-limit", o.limit_seconds,
                 "Seconds after which a job is given up; the worker then starts anew")
      ->check(CLI::Range(1.0, 86400.0).description(""))
      ->capture_default_str();
  app.add_flag("--until-idle", o.until_idle, "End when there is no job left");
  app.footer(
      "Example: tacho worker --platforms cpu-xeon_8481c-2t-libtorch1.13-fp32 \\\n"
      "             --db postgres://tacho@server/latency\n"
      "Who wants something measured: tacho measure MODEL --platform P --db postgres://…\n"
      "A job is in the record once, whichever worker dies; one that takes three down is given up.\n"
      "A model can take the worker down with it: let systemd or a loop start it again.");
  return parse(app, args);
}

/// Keeps a worker's lease alive from a thread and a connection of its own, so that a long
/// measurement does not lose it.
class Heart {
 public:
  Heart(const Options& options, std::string worker, const Arguments& args)
      : o_(options),
        worker_(std::move(worker)),
        args_(args),
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
    since_ = Clock::now();
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
        if (Seconds(Clock::now() - since_).count() > o_.limit_seconds) give_up();
        queue_.renew(*job_, o_.lease_seconds);
      } catch (const Error& e) {
        print_notice(std::string(e.what()) + "; the lease may run out");
      }
    }
  }

  /// What hangs inside a runtime cannot be stopped but with its process.
  [[noreturn]] void give_up() {
    queue_.fail(*job_, Error("ran longer than " + significant(o_.limit_seconds, 3) + " s on " +
                             job_->platform + " (tacho worker --time-limit)"));
    queue_.leave(worker_);
    print_notice(job_->model + ": ran too long; starting anew");
    const std::string program = (program_folder() / "tacho").string();
    std::vector<std::string> words{"tacho", "worker"};
    words.insert(words.end(), args_.begin(), args_.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::execv(program.c_str(), argv.data());
    ::_exit(1);
  }

  const Options& o_;
  std::string worker_;
  Arguments args_;
  LatencyDb db_;
  JobQueue queue_;
  std::mutex mutex_;  // of job_, since_, stopped_
  std::condition_variable changed_;
  std::optional<TakenJob> job_;
  Clock::time_point since_;
  bool stopped_ = false;
  std::thread thread_;  // last: it uses all of the above
};

LatencyRecord measure_job(const TakenJob& job, Backend& backend) {
  Graph graph = read_stored_graph(job.graph);
  BindOptions bind;
  bind.batch = job.batch;
  infer_shapes(graph, bind);
  MeasureOptions protocol;
  protocol.min_runs = job.protocol.min_runs;
  protocol.min_seconds = job.protocol.min_seconds;
  const Timing timing = measure_graph(backend, graph, protocol);
  return record_of({job.graph.hash, job.batch},
                   {job.model, bind, job.platform, backend.name(), backend.facts()}, timing);
}

using Backends = std::map<std::string, std::unique_ptr<Backend>>;  // by platform

/// Of platforms of this machine, or of backends with their options ("libtorch:threads=1").
Backends open_all(const std::vector<std::string>& names) {
  Backends backends;
  for (const std::string& name : names) {
    std::unique_ptr<Backend> backend;
    if (name.find(':') != std::string::npos) backend = open_backend(name);
    if (backend == nullptr) backend = open_local_platform(name);
    if (backend == nullptr) backend = open_here(name);  // says what there is
    const std::string platform = backend->platform();
    backends[platform] = std::move(backend);
  }
  return backends;
}

class Worker {
 public:
  Worker(const Options& options, Backends backends, const Arguments& args)
      : o_(options),
        name_(host_name() + ":" + std::to_string(::getpid()) + ":" + random_id().substr(0, 8)),
        device_(o_.device.empty() ? host_name() : o_.device),
        backends_(std::move(backends)),
        db_(o_.db.open(SqlAccess::kWrite)),
        queue_(db_),
        heart_(o_, name_, args) {
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
      const LatencyRecord record = measure_job(job, *backends_.at(job.platform));
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
  Backends backends_;
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
  Backends backends = open_all(options.choice.list());
  for (const auto& [platform, backend] : backends) options.platforms.push_back(platform);
  Worker(options, std::move(backends), args).work();
  return 0;
}

}  // namespace tacho
