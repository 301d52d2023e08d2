#include "gnn/train/blas_setup.h"

#include <unistd.h>

#include <cstdlib>

#include "common/openblas.h"

namespace tacho {

void restart_with_fast_blas(char** arguments) {
  constexpr const char* kMarker = "TACHO_BLAS_READY";
  if (std::getenv(kMarker) != nullptr) return;
  setenv(kMarker, "1", 1);
  constexpr int kKeepUsers = 0;
  prefer_fast_openblas();
  set_openblas_threads(1);
  setenv("OMP_NUM_THREADS", "1", kKeepUsers);
  execv("/proc/self/exe", arguments);
  // Only reached if it could not be started again: slower, but right.
}

}  // namespace tacho
