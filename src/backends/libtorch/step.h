// A graph as LibTorch runs it: one closure per node, in order, over a table of tensors. What a node
// means is decided once, when its closure is built; a run only calls ATen.
#pragma once

#include <functional>
#include <vector>

#include "backends/libtorch/torch_headers.h"
#include "backends/node_context.h"
#include "backends/window.h"

namespace tacho::libtorch {

/// One tensor per value of the graph, by id, and one more that is never defined: it stands for
/// optional inputs that are absent.
using Slots = std::vector<at::Tensor>;
using Step = std::function<void(Slots&)>;

using backends::NodeContext;
using backends::Refusal;
using backends::Shape;
using backends::Window;

using Builder = Step (*)(const NodeContext&);
/// Null if LibTorch's executor does not have the operator.
Builder find_builder(Op op);

/// output = f(input 0)
template <typename F>
Step unary(const NodeContext& c, F f) {
  const size_t x = c.in(0), y = c.out();
  return [=](Slots& s) { s[y] = f(s[x]); };
}

/// output = f(input 0, input 1)
template <typename F>
Step binary(const NodeContext& c, F f) {
  const size_t a = c.in(0), b = c.in(1), y = c.out();
  return [=](Slots& s) { s[y] = f(s[a], s[b]); };
}

/// ATen's type; refuses those that the executor has none for.
at::ScalarType scalar_type(DType dtype);

}  // namespace tacho::libtorch
