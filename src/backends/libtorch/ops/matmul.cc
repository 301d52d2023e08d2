// Matrix products.
#include "backends/libtorch/ops/ops.h"

namespace tacho::libtorch {

using at::Tensor;

Step build_gemm(const NodeContext& c) {
  const double alpha = c.node().float_attribute("alpha", 1);
  const double beta = c.node().float_attribute("beta", 1);
  const bool transpose_a = c.node().int_attribute("transA", 0) != 0;
  const bool transpose_b = c.node().int_attribute("transB", 0) != 0;
  const size_t a = c.in(0), b = c.in(1), bias = c.in(2), y = c.out();
  const auto turned = [](const Tensor& m, bool turn) { return turn ? m.t() : m; };
  if (c.has_input(2)) {
    return [=](Slots& s) {
      s[y] = at::addmm(s[bias], turned(s[a], transpose_a), turned(s[b], transpose_b), beta, alpha);
    };
  }
  return [=](Slots& s) {
    const Tensor product = at::mm(turned(s[a], transpose_a), turned(s[b], transpose_b));
    s[y] = alpha == 1 ? product : at::mul(product, alpha);
  };
}

Step build_matmul(const NodeContext& c) {
  return binary(c, [](const Tensor& a, const Tensor& b) { return at::matmul(a, b); });
}

Step build_einsum(const NodeContext& c) {
  const std::string equation(c.node().text_attribute("equation", ""));
  std::vector<size_t> inputs;
  for (size_t i = 0; i < c.num_inputs(); ++i) inputs.push_back(c.in(i));
  const size_t y = c.out();
  return [=](Slots& s) {
    std::vector<Tensor> operands;
    for (const size_t i : inputs) operands.push_back(s[i]);
    s[y] = at::einsum(equation, operands);
  };
}

}  // namespace tacho::libtorch
