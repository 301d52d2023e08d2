// Matrix products and what works row by row, as kernel types.
#include <algorithm>
#include <cmath>

#include "kernel_builder/network_families.h"

namespace tacho {
namespace {

// rows × cols of `elements`, the rows of one image kept together.
MaybeConfig by_rows(const char* kernel, const Dims& d, double cols) {
  const double elements = elements_in(d, 0, d.size());
  if (cols < 1 || elements < 1) return std::nullopt;
  const double rows = elements / cols;
  const int64_t b = d.size() > 2 && std::fmod(rows, static_cast<double>(d[0])) == 0 ? d[0] : 1;
  return valid_config(
      kernel,
      {{"rows", rounded(rows / static_cast<double>(b))}, {"cols", rounded(cols)}, {"b", b}});
}

}  // namespace

MaybeConfig product_config(const Graph& graph, const Node& node, WorkKind kind) {
  const Workload work = workload_of(graph, node);
  const int64_t b = rounded(work.batch), m = rounded(work.m), n = rounded(work.n),
                k = rounded(work.k);
  if (kind == WorkKind::kFullyConnected) {
    return valid_config("fc", {{"cin", k}, {"cout", n}, {"b", rounded(work.batch * work.m)}});
  }
  if (kind == WorkKind::kProduct) {
    return valid_config("matmul", {{"m", m}, {"n", n}, {"k", k}, {"b", b}});
  }
  const Dims& q = known_dims(graph, node.inputs[0]);
  const int64_t heads = q.size() >= 3 ? q[q.size() - 3] : 1;
  return valid_config("attention",
                      {{"heads", heads},
                       {"m", m},
                       {"n", n},
                       {"d", rounded(work.k / 2)},
                       {"b", heads > 0 ? rounded(work.batch / static_cast<double>(heads)) : 0}});
}

MaybeConfig softmax_config(const Graph& graph, const Node& node) {
  const Dims& d = known_dims(graph, node.inputs[0]);
  if (d.empty()) return std::nullopt;
  const auto rank = static_cast<int64_t>(d.size());
  int64_t axis = node.int_attribute("axis", graph.opset >= 13 ? -1 : 1);
  axis += axis < 0 ? rank : 0;
  if (axis < 0 || axis >= rank) return std::nullopt;
  return by_rows("softmax", d, static_cast<double>(d[static_cast<size_t>(axis)]));
}

MaybeConfig normalization_config(const Graph& graph, const Node& node) {
  const Dims& d = known_dims(graph, node.inputs[0]);
  if (d.size() < 2) return std::nullopt;
  if (node.op == Op::kGroupNormalization) {
    const auto groups =
        static_cast<double>(std::max<int64_t>(1, node.int_attribute("num_groups", 1)));
    return by_rows("layernorm", d, elements_in(d, 1, d.size()) / groups);
  }
  if (node.op == Op::kInstanceNormalization)
    return by_rows("layernorm", d, elements_in(d, 2, d.size()));
  const auto rank = static_cast<int64_t>(d.size());
  std::vector<int64_t> axes = node.ints_attribute("axes");  // of a decomposed norm
  if (axes.empty()) {
    int64_t axis = node.int_attribute("axis", -1);
    for (axis += axis < 0 ? rank : 0; axis < rank; ++axis) axes.push_back(axis);
  }
  double cols = 1;
  for (const int64_t axis : axes) {
    if (axis < 0 || axis >= rank) return std::nullopt;
    cols *= static_cast<double>(d[static_cast<size_t>(axis)]);
  }
  return by_rows("layernorm", d, cols);
}

}  // namespace tacho
