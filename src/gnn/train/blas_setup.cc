#include "gnn/train/blas_setup.h"

#include <unistd.h>

#include <cstdlib>

namespace tacho {
namespace {

bool has_avx512() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

}  // namespace

void restart_with_fast_blas(char** arguments) {
  constexpr const char* kMarker = "TACHO_BLAS_READY";
  if (std::getenv(kMarker) != nullptr) return;
  setenv(kMarker, "1", 1);
  constexpr int kKeepUsers = 0;
  if (has_avx512()) setenv("OPENBLAS_CORETYPE", "SKYLAKEX", kKeepUsers);
  setenv("OPENBLAS_NUM_THREADS", "1", kKeepUsers);
  setenv("OMP_NUM_THREADS", "1", kKeepUsers);
  execv("/proc/self/exe", arguments);
  // Only reached if it could not be started again: slower, but right.
}

}  // namespace tacho
