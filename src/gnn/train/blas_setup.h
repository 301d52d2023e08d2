// Settings that the linear algebra libraries read once, when they are loaded.
#pragma once

namespace tacho {

/// If OpenBLAS would pick slow kernels or LibTorch's waiting threads would starve OpenBLAS's, sets
/// the environment and starts this program again with it. Returns if there is nothing to set.
/// Debian 12's OpenBLAS 0.3.21 does not know recent Xeons and falls back to slow kernels: with
/// OPENBLAS_CORETYPE=SKYLAKEX a 1024³ product ran 3 to 6 times faster. Variables the user set are
/// kept.
void restart_with_fast_blas(char** arguments);

}  // namespace tacho
