// Other shapes and orders of the same elements. The target shapes are those that were inferred.
#include <algorithm>

#include "backends/libtorch/ops/ops.h"

namespace tacho::libtorch {

using at::Tensor;

Step build_reshape(const NodeContext& c) {
  const Shape shape = c.out_shape();
  return unary(c, [=](const Tensor& x) { return x.reshape(shape); });
}

Step build_transpose(const NodeContext& c) {
  Shape order = c.node().ints_attribute("perm");
  if (order.empty()) {
    for (int64_t d = c.rank(); d-- > 0;) order.push_back(d);
  }
  return unary(c, [=](const Tensor& x) { return x.permute(order); });
}

Step build_expand(const NodeContext& c) {
  const Shape shape = c.out_shape();
  return unary(c, [=](const Tensor& x) { return x.expand(shape); });
}

Step build_tile(const NodeContext& c) {
  const Shape repeats = c.list("repeats", 1);
  return unary(c, [=](const Tensor& x) { return x.repeat(repeats); });
}

Step build_depth_to_space(const NodeContext& c) {
  const Shape x = c.shape(0), shape = c.out_shape();
  const int64_t block = c.node().int_attribute("blocksize", 1);
  if (c.node().text_attribute("mode", "DCR") == "CRD") {
    return unary(c, [=](const Tensor& v) { return at::pixel_shuffle(v, block); });
  }
  const Shape split{x[0], block, block, x[1] / (block * block), x[2], x[3]};
  return unary(c, [=](const Tensor& v) {
    return v.reshape(split).permute({0, 3, 4, 1, 5, 2}).reshape(shape);
  });
}

Step build_space_to_depth(const NodeContext& c) {
  const Shape x = c.shape(0), shape = c.out_shape();
  const int64_t block = c.node().int_attribute("blocksize", 1);
  const Shape split{x[0], x[1], x[2] / block, block, x[3] / block, block};
  return unary(c, [=](const Tensor& v) {
    return v.reshape(split).permute({0, 3, 5, 1, 2, 4}).reshape(shape);
  });
}

Step build_trilu(const NodeContext& c) {
  const std::optional<double> diagonal = c.scalar(1);
  if (c.has_input(1) && !diagonal) throw Refusal("its diagonal is computed");
  const auto k = static_cast<int64_t>(diagonal.value_or(0));
  if (c.node().int_attribute("upper", 1) != 0) {
    return unary(c, [=](const Tensor& x) { return at::triu(x, k); });
  }
  return unary(c, [=](const Tensor& x) { return at::tril(x, k); });
}

}  // namespace tacho::libtorch
