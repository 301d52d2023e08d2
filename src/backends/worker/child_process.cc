#include "backends/worker/child_process.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "common/error.h"

namespace tacho {
namespace {

constexpr int kCannotStart = 127;  // as shells have it

std::string describe_end(int status) {
  if (WIFEXITED(status)) return "ended with exit code " + std::to_string(WEXITSTATUS(status));
  const int number = WTERMSIG(status);
  return "was killed by signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& argv, const ChildOptions& options)
    : leads_group_(options.leads_group) {
  if (options.keeps_prints) prints_.emplace();
  const int prints = prints_ ? prints_->descriptor() : STDERR_FILENO;
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw Error(argv[0] + ": no socket: " + std::strerror(errno));
  }
  std::fflush(nullptr);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // also where it hangs and does not see the socket close
    if (::getppid() != parent) ::_exit(kCannotStart);  // who died before that
    if (leads_group_) ::setpgid(0, 0);
    if (::dup2(ends[1], STDIN_FILENO) >= 0 && ::dup2(prints, STDERR_FILENO) >= 0 &&
        ::dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) {
      ::execvp(words[0], words.data());
    }
    ::_exit(kCannotStart);
  }
  ::close(ends[1]);
  socket_ = ends[0];
  if (pid_ < 0) {
    ::close(socket_);
    throw Error(argv[0] + ": cannot be started: " + std::strerror(errno));
  }
  if (leads_group_) ::setpgid(pid_, pid_);  // whoever of the two comes first
}

ChildProcess::~ChildProcess() {
  ::close(socket_);
  if (pid_ <= 0) return;
  if (leads_group_) ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

bool ChildProcess::send(const std::string& bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t sent = ::send(socket_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    at += static_cast<size_t>(sent);
  }
  return true;
}

bool ChildProcess::receive(std::string& bytes, int wait_ms) {
  pollfd waiting{socket_, POLLIN, 0};
  if (::poll(&waiting, 1, wait_ms) <= 0) return true;
  char buffer[1 << 16];
  const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
  if (got > 0) bytes.append(buffer, static_cast<size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
}

std::string ChildProcess::how_it_ended() {
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(pid_, &status, 0)) < 0 && errno == EINTR) {
  }
  if (leads_group_) ::kill(-pid_, SIGKILL);  // what it started
  pid_ = -1;
  return ended < 0 ? "is gone" : describe_end(status);
}

}  // namespace tacho
