#include "common/openblas.h"

#include <cstdlib>
#include <string>

namespace tacho {
namespace {

constexpr int kKeepUsers = 0;

bool has_avx512() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

}  // namespace

void prefer_fast_openblas() {
  if (has_avx512()) ::setenv("OPENBLAS_CORETYPE", "SKYLAKEX", kKeepUsers);
}

void set_openblas_threads(int threads) {
  ::setenv("OPENBLAS_NUM_THREADS", std::to_string(threads).c_str(), kKeepUsers);
}

}  // namespace tacho
