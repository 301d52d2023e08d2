// The environment that OpenBLAS reads when it is loaded: to be set before LibTorch is.
#pragma once

namespace tacho {

/// Debian 12's OpenBLAS does not know recent Xeons and takes slow kernels for them, 3 to 6 times
/// slower on a 1024³ product: where the processor has AVX-512, names the kernels for it. Keeps what
/// the user has set, as does the next.
void prefer_fast_openblas();
void set_openblas_threads(int threads);

}  // namespace tacho
