#include "backends/libtorch/open.h"

#include <cstdlib>

#include "backends/cpu_name.h"
#include "backends/plugin.h"

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

std::unique_ptr<Backend> open_libtorch_backend(const BackendSpec& spec) {
  BackendSpec full = spec;
  const std::string threads = std::to_string(spec.integer("threads", usable_cpus(), 1));
  if (!full.find("threads")) full.options.emplace_back("threads", threads);
  constexpr int kKeepUsers = 0;
  // Debian 12's OpenBLAS does not know recent Xeons and takes slow kernels for them: 3 to 6 times
  // slower on a 1024³ product.
  if (has_avx512()) ::setenv("OPENBLAS_CORETYPE", "SKYLAKEX", kKeepUsers);
  ::setenv("OPENBLAS_NUM_THREADS", threads.c_str(), kKeepUsers);
  return open_plugin_backend(full);
}

}  // namespace tacho
