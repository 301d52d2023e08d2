#include "backends/worker/worker_process.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

// How often limits are looked at while a worker works: seldom enough not to be measured.
constexpr int kWatchMs = 100;

// The worker is dead, or must die.
struct Fatal : Error {
  explicit Fatal(const std::string& what) : Error("its worker process " + what) {}
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Of the process and all that it started.
int64_t resident_bytes(pid_t pid) {
  const std::string proc = "/proc/" + std::to_string(pid);
  int64_t total_pages = 0, pages = 0;
  std::ifstream(proc + "/statm") >> total_pages >> pages;
  int64_t bytes = pages * ::sysconf(_SC_PAGESIZE);
  std::ifstream children(proc + "/task/" + std::to_string(pid) + "/children");
  for (pid_t child = 0; children >> child;) bytes += resident_bytes(child);
  return bytes;
}

std::string gigabytes(int64_t bytes) {
  return significant(1e-9 * static_cast<double>(bytes), 3) + " GB";
}

}  // namespace

WorkerProcess::WorkerProcess(const std::string& program, const std::string& backend,
                             const WorkerLimits& limits)
    : limits_(limits) {
  if (::access(program.c_str(), X_OK) != 0) {
    throw Error(program + ": cannot be run as a worker: " + std::strerror(errno));
  }
  child_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{program, "measure-worker", backend}, ChildOptions{true});
  hello_ = ask({{"do", "hello"}});
}

Json WorkerProcess::ask(const Json& request) {
  if (!alive()) throw Error("its worker process is gone");
  try {
    if (!child_->send(request.dump() + "\n")) throw Fatal(child_->how_it_ended());
    const Json answer = Json::parse(receive(), nullptr, false);
    if (!answer.is_object()) throw Fatal("answered something else than JSON");
    if (!answer.contains("error")) return answer;
    throw Error(answer.at("error").get<std::string>(),
                static_cast<Fault>(answer.value("fault", static_cast<int>(Fault::kInput))));
  } catch (const Fatal&) {
    child_.reset();
    throw;
  }
}

// A line.
std::string WorkerProcess::receive() {
  for (;;) {
    const size_t end = unread_.find('\n');
    if (end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    const Clock::time_point start = Clock::now();
    if (!child_->receive(unread_, kWatchMs)) throw Fatal(child_->how_it_ended());
    spent_seconds_ += seconds_since(start);
    check_limits();
  }
}

void WorkerProcess::check_limits() const {
  if (limits_.seconds > 0 && spent_seconds_ > limits_.seconds) {
    throw Fatal("was stopped: it took more than the time limit of " +
                significant(limits_.seconds, 3) + " s");
  }
  if (limits_.memory_bytes <= 0) return;
  const int64_t bytes = resident_bytes(child_->pid());
  if (bytes > limits_.memory_bytes) {
    throw Fatal("was stopped: it took " + gigabytes(bytes) + " of memory, more than the limit of " +
                gigabytes(limits_.memory_bytes));
  }
}

std::string worker_program() {
  std::error_code problem;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", problem);
  if (problem) throw Error("/proc/self/exe: " + problem.message());
  return (program.parent_path() / "tacho").string();
}

}  // namespace tacho
