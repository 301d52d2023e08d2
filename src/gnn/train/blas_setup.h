// Settings that the linear algebra libraries read once, when they are loaded.
#pragma once

namespace tacho {

/// Sets the environment and starts this program again with it, once. Variables the user set are
/// kept.
/// - OPENBLAS_CORETYPE: Debian 12's OpenBLAS 0.3.21 does not know recent Xeons and falls back to
/// slow kernels:
///   with SKYLAKEX a 1024³ product ran 3 to 6 times faster.
/// - OPENBLAS_NUM_THREADS, OMP_NUM_THREADS = 1: training runs its own threads, one per part of a
/// batch. The
///   libraries' threads wait actively for each other: on two busy cores, training with them took 7
///   times as long.
void restart_with_fast_blas(char** arguments);

}  // namespace tacho
