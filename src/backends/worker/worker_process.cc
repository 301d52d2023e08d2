#include "backends/worker/worker_process.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

// How often limits are looked at while a worker works: seldom enough not to be measured.
constexpr int kWatchMs = 100;

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

std::string describe_end(int status) {
  if (WIFEXITED(status)) return "ended with exit code " + std::to_string(WEXITSTATUS(status));
  const int number = WTERMSIG(status);
  return "was killed by signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
}

// In the child: the socket becomes standard input, and what the runtime prints goes to stderr.
[[noreturn]] void become_worker(const std::vector<char*>& argv, int socket) {
  ::setpgid(0, 0);
  if (::dup2(socket, STDIN_FILENO) >= 0 && ::dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) {
    ::execv(argv[0], argv.data());
  }
  ::_exit(127);
}

}  // namespace

WorkerProcess::WorkerProcess(const std::string& program, const std::string& backend,
                             const WorkerLimits& limits)
    : limits_(limits) {
  start(program, backend);
  try {
    hello_ = ask({{"do", "hello"}});
  } catch (...) {
    end();
    throw;
  }
}

WorkerProcess::~WorkerProcess() { end(); }

void WorkerProcess::start(const std::string& program, const std::string& backend) {
  if (::access(program.c_str(), X_OK) != 0) {
    throw Error(program + ": cannot be run as a worker: " + std::strerror(errno));
  }
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw Error(std::string("worker: no socket: ") + std::strerror(errno));
  }
  std::vector<std::string> words{program, "measure-worker", backend};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::fflush(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) become_worker(argv, ends[1]);
  ::close(ends[1]);
  socket_ = ends[0];
  if (pid_ < 0) throw Error(std::string("worker: cannot start: ") + std::strerror(errno));
  ::setpgid(pid_, pid_);  // whoever of the two comes first
}

Json WorkerProcess::ask(const Json& request) {
  if (!alive()) throw Error("its worker process is gone");
  const std::string line = request.dump() + "\n";
  if (::send(socket_, line.data(), line.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(line.size())) {
    bury("");
  }
  const Json answer = Json::parse(receive(), nullptr, false);
  if (answer.is_discarded() || !answer.is_object()) bury("answered something else than JSON");
  if (answer.contains("error")) {
    throw Error(answer.at("error").get<std::string>(),
                static_cast<Fault>(answer.value("fault", static_cast<int>(Fault::kInput))));
  }
  return answer;
}

std::string WorkerProcess::receive() {
  const Clock::time_point start = Clock::now();
  const double spent_before = spent_seconds_;
  char buffer[1 << 16];
  for (;;) {
    const size_t end = unread_.find('\n');
    if (end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    pollfd waiting{socket_, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, kWatchMs);
    spent_seconds_ = spent_before + seconds_since(start);
    if (ready > 0) {
      const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
      if (got > 0) unread_.append(buffer, static_cast<size_t>(got));
      if (got == 0 || (got < 0 && errno != EINTR)) bury("");
      continue;
    }
    if (limits_.seconds > 0 && spent_seconds_ > limits_.seconds) {
      bury("was stopped: it took more than the time limit of " + significant(limits_.seconds, 3) +
           " s");
    }
    if (limits_.memory_bytes > 0) {
      const int64_t bytes = resident_bytes(pid_);
      if (bytes > limits_.memory_bytes) {
        bury("was stopped: it took " + significant(1e-9 * static_cast<double>(bytes), 3) +
             " GB of memory, more than the limit of " +
             significant(1e-9 * static_cast<double>(limits_.memory_bytes), 3) + " GB");
      }
    }
  }
}

// Throws with the reason, or with how it ended by itself.
void WorkerProcess::bury(const std::string& reason) {
  std::string what = reason;
  if (what.empty()) {
    int status = 0;
    pid_t ended = 0;
    while ((ended = ::waitpid(pid_, &status, 0)) < 0 && errno == EINTR) {
    }
    what = ended == pid_ ? describe_end(status) : "is gone";
    ::kill(-pid_, SIGKILL);  // what it started
    pid_ = -1;
  }
  end();
  throw Error("its worker process " + what);
}

void WorkerProcess::end() {
  if (pid_ > 0) {
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  if (socket_ >= 0) ::close(socket_);
  pid_ = socket_ = -1;
}

std::string worker_program() {
  std::error_code problem;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", problem);
  if (problem) throw Error("/proc/self/exe: " + problem.message());
  return (program.parent_path() / "tacho").string();
}

}  // namespace tacho
