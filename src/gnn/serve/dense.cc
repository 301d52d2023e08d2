#include "gnn/serve/dense.h"

#include <cassert>
#include <cstddef>
#include <cstring>

// Clang and the sanitizers' runtimes do not go with functions that are resolved at start.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define TACHO_CLONES __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define TACHO_CLONES
#endif

namespace tacho {
namespace {

constexpr size_t kRows = 4, kColumns = 16;  // of the block that stays in registers

/// Lowered to as many registers as the instruction set needs.
using Vector [[gnu::vector_size(sizeof(float) * kColumns)]] = float;

/// One block: `a` kRows × inner with `a_stride`, `b` inner × kColumns with stride `columns`.
TACHO_CLONES void add_block(const float* a, size_t a_stride, const float* b, size_t inner,
                            size_t columns, float* c) {
  Vector sum0{}, sum1{}, sum2{}, sum3{};
  for (size_t k = 0; k < inner; ++k) {
    Vector row;
    std::memcpy(&row, b + k * columns, sizeof row);
    sum0 += a[k] * row;
    sum1 += a[a_stride + k] * row;
    sum2 += a[2 * a_stride + k] * row;
    sum3 += a[3 * a_stride + k] * row;
  }
  const Vector sums[kRows] = {sum0, sum1, sum2, sum3};
  for (size_t r = 0; r < kRows; ++r) {
    Vector old;
    std::memcpy(&old, c + r * columns, sizeof old);
    old += sums[r];
    std::memcpy(c + r * columns, &old, sizeof old);
  }
}

/// What is left at the edges: columns first to last.
TACHO_CLONES void add_rest(const float* a, size_t rows, size_t a_stride, const float* b,
                           size_t inner, size_t columns, size_t first, size_t last, float* c) {
  for (size_t r = 0; r < rows; ++r) {
    for (size_t k = 0; k < inner; ++k) {
      const float factor = a[r * a_stride + k];
      for (size_t j = first; j < last; ++j) c[r * columns + j] += factor * b[k * columns + j];
    }
  }
}

}  // namespace

void add_product(const RowMatrix& x, const Checkpoint::Matrix& w, RowMatrix* out) {
  assert(x.cols() == w.rows() && out->rows() == x.rows() && out->cols() == w.cols());
  const size_t rows = static_cast<size_t>(x.rows()), inner = static_cast<size_t>(x.cols());
  const size_t columns = static_cast<size_t>(w.cols());
  const size_t whole_columns = columns - columns % kColumns;
  size_t row = 0;
  for (; row + kRows <= rows; row += kRows) {
    const float* a = x.data() + row * inner;
    float* c = out->data() + row * columns;
    for (size_t j = 0; j < whole_columns; j += kColumns) {
      add_block(a, inner, w.data() + j, inner, columns, c + j);
    }
    add_rest(a, kRows, inner, w.data(), inner, columns, whole_columns, columns, c);
  }
  add_rest(x.data() + row * inner, rows - row, inner, w.data(), inner, columns, 0, columns,
           out->data() + row * columns);
}

}  // namespace tacho
