// tacho measure-worker BACKEND: the process that runs models for `measure` and `compare`. Its
// standard input is a socket (backends/worker/worker_loop.h).
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "backends/worker/worker_loop.h"
#include "cli/verb.h"
#include "common/error.h"

namespace tacho {

int measure_worker_verb(const Arguments& args) {
  if (args.size() != 1) throw Error("tacho measure-worker BACKEND, on a socket", Fault::kUsage);
  // A runtime that reads standard input must not read requests.
  const int socket = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (socket < 0 || nothing < 0 || ::dup2(nothing, STDIN_FILENO) < 0) {
    throw Error(std::string("tacho measure-worker: ") + std::strerror(errno));
  }
  return serve_measuring(args[0], socket);
}

}  // namespace tacho
