// Reading and writing by index.
#include "backends/libtorch/ops/ops.h"

namespace tacho::libtorch {
namespace {

using at::Tensor;

// Negative indices count from the end; at build time for those that are known.
Tensor counted_from_start(const Tensor& indices, int64_t size) {
  return at::where(at::lt(indices, 0), at::add(indices, size), indices);
}

// The last dimension of `indices` as one tensor per indexed dimension.
c10::List<c10::optional<Tensor>> index_tuple(const Tensor& indices) {
  c10::List<c10::optional<Tensor>> tuple;
  for (const Tensor& index : at::unbind(indices, -1)) tuple.push_back(index);
  return tuple;
}

void refuse_reduction(const NodeContext& c) {
  if (c.node().text_attribute("reduction", "none") != "none") throw Refusal("a reduction");
}

}  // namespace

Step build_gather(const NodeContext& c) {
  const int64_t axis = c.axis(c.node().int_attribute("axis", 0), c.rank());
  const int64_t size = c.shape(0).at(static_cast<size_t>(axis));
  const Shape shape = c.out_shape();
  const size_t x = c.in(0), indices = c.in(1), y = c.out();
  if (const auto known = c.ints(1)) {
    if (c.rank(1) == 0) {
      const int64_t index = known->at(0) < 0 ? known->at(0) + size : known->at(0);
      return [=](Slots& s) { s[y] = s[x].select(axis, index); };
    }
    const Tensor fixed =
        counted_from_start(at::tensor(at::ArrayRef<int64_t>(*known), at::kLong), size);
    return [=](Slots& s) { s[y] = at::index_select(s[x], axis, fixed).reshape(shape); };
  }
  return
      [=](Slots& s) { s[y] = at::index_select(s[x], axis, s[indices].reshape(-1)).reshape(shape); };
}

Step build_gather_elements(const NodeContext& c) {
  const int64_t axis = c.axis(c.node().int_attribute("axis", 0), c.rank());
  return binary(c, [=](const Tensor& x, const Tensor& i) { return at::gather(x, axis, i); });
}

Step build_gather_nd(const NodeContext& c) {
  if (c.node().int_attribute("batch_dims", 0) != 0) throw Refusal("batch_dims");
  return binary(c, [](const Tensor& x, const Tensor& i) { return at::index(x, index_tuple(i)); });
}

Step build_scatter_elements(const NodeContext& c) {
  refuse_reduction(c);
  const int64_t axis = c.axis(c.node().int_attribute("axis", 0), c.rank());
  const size_t x = c.in(0), indices = c.in(1), updates = c.in(2), y = c.out();
  return [=](Slots& s) { s[y] = at::scatter(s[x], axis, s[indices], s[updates]); };
}

Step build_scatter_nd(const NodeContext& c) {
  refuse_reduction(c);
  const size_t x = c.in(0), indices = c.in(1), updates = c.in(2), y = c.out();
  return [=](Slots& s) { s[y] = at::index_put(s[x], index_tuple(s[indices]), s[updates]); };
}

}  // namespace tacho::libtorch
