// Matrix products.
#include "graph_ir/infer/rules.h"
#include "graph_ir/infer/tensor_math.h"

namespace tacho {
namespace {

/// NumPy's matmul of inputs `a` and `b`: vectors become a row or a column for the product's sake,
/// leading dimensions broadcast.
Dims product_dims(const InferContext& c, size_t a, size_t b) {
  OperandDims left = operand(c, a), right = operand(c, b);
  if (left.now.empty() || right.now.empty()) c.fail("a scalar has no matrix product");
  const bool row = left.now.size() == 1, column = right.now.size() == 1;
  const int64_t inner = left.now.back();
  const int64_t other = right.now[column ? 0 : right.now.size() - 2];
  if (inner != other) {
    c.fail("inner dimensions " + std::to_string(inner) + " and " + std::to_string(other) +
           " differ");
  }
  const int64_t rows = row ? 1 : left.now[left.now.size() - 2];
  const int64_t columns = right.now.back();
  for (OperandDims* o : {&left, &right}) {
    for (Dims* dims : {&o->now, &o->declared}) {
      dims->resize(dims->size() < 2 ? 0 : dims->size() - 2);
    }
  }
  Dims out = broadcast(c, {left, right});
  if (!row) out.push_back(rows);
  if (!column) out.push_back(columns);
  return out;
}

}  // namespace

void infer_matmul(InferContext& c) { c.set_output(0, product_dims(c, 0, 1), c.dtype(0)); }

void infer_matmul_integer(InferContext& c) {
  c.set_output(0, product_dims(c, 0, 1), DType::kInt32);
}

// Inputs: a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point.
void infer_qlinear_matmul(InferContext& c) { c.set_output(0, product_dims(c, 0, 3), c.dtype(7)); }

void infer_gemm(InferContext& c) {
  if (c.rank(0) != 2 || c.rank(1) != 2) c.fail("both factors must be matrices");
  const bool ta = c.node().int_attribute("transA", 0) != 0;
  const bool tb = c.node().int_attribute("transB", 0) != 0;
  const Dims &a = c.dims(0), &b = c.dims(1);
  if (a[ta ? 0 : 1] != b[tb ? 1 : 0]) {
    c.fail("inner dimensions " + std::to_string(a[ta ? 0 : 1]) + " and " +
           std::to_string(b[tb ? 1 : 0]) + " differ");
  }
  c.set_output(0, {a[ta ? 1 : 0], b[tb ? 0 : 1]}, c.dtype(0));
}

}  // namespace tacho
