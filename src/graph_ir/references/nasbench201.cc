#include "graph_ir/references/nasbench201.h"

#include <string>

namespace tacho {
namespace {

/// Builds the same cell again and again.
class CellBuilder {
 public:
  CellBuilder(GraphBuilder& g, const Nasbench201Cell& cell) : g_(g), cell_(cell) {}

  ValueId build(ValueId input) {
    std::array<ValueId, kCellNodes> sums = {input, kNoValue, kNoValue, kNoValue};
    for (size_t n = 1; n < kCellNodes; ++n) {
      for (size_t s = 0; s < n; ++s) {
        if (cell_.edge(s, n) == CellOp::kAbsent) continue;
        const ValueId edge = edge_value(cell_.edge(s, n), sums[s]);
        sums[n] = sums[n] == kNoValue ? edge : g_.add(sums[n], edge);
      }
    }
    return sums.back() == kNoValue ? times_zero(input) : sums.back();
  }

 private:
  ValueId edge_value(CellOp op, ValueId x) {
    const int64_t channels = g_.dims(x)[1];
    switch (op) {
      case CellOp::kAbsent:
        break;
      case CellOp::kNone:
        return times_zero(x);
      case CellOp::kSkip:
        return x;
      case CellOp::kAvgPool3x3:
        return g_.avg_pool(x, {3});
      case CellOp::kConv1x1:
        return g_.bn(g_.conv(g_.relu(x), channels, {1}));
      case CellOp::kConv3x3:
        return g_.bn(g_.conv(g_.relu(x), channels, {3}));
    }
    return kNoValue;
  }

  ValueId times_zero(ValueId x) {
    if (zero_ == kNoValue) zero_ = g_.scalar(0);
    return g_.mul(x, zero_);
  }

  GraphBuilder& g_;
  const Nasbench201Cell& cell_;
  ValueId zero_ = kNoValue;  ///< made when first needed
};

/// Halves the image and doubles the channels.
ValueId reduction(GraphBuilder& g, ValueId x) {
  const int64_t channels = 2 * g.dims(x)[1];
  const ValueId main = g.bn(g.conv(g.relu(x), channels, {3, 2}));
  const ValueId shortcut = g.conv(g.avg_pool(x, {2, 2}), channels, {1});
  return g.add(shortcut, g.bn(g.conv(g.relu(main), channels, {3})));
}

Graph on_cifar10(const Nasbench201Cell& cell, int64_t batch) {
  GraphBuilder g("");
  const ValueId image = g.input({batch, 3, 32, 32});
  return g.finish({nasbench201_network(g, image, cell)});
}

}  // namespace

ValueId nasbench201_network(GraphBuilder& g, ValueId image, const Nasbench201Cell& cell,
                            const Nasbench201Size& size) {
  constexpr int kStages = 3;
  CellBuilder cells(g, cell);
  g.scope("stem.");
  ValueId x = g.bn(g.conv(image, size.channels, {3}));
  for (int stage = 0; stage < kStages; ++stage) {
    const std::string scope = "stage" + std::to_string(stage);
    g.scope(scope + ".reduction.");
    if (stage > 0) x = reduction(g, x);
    for (int64_t i = 0; i < size.cells; ++i) {
      g.scope(scope + ".cell" + std::to_string(i) + ".");
      x = cells.build(x);
    }
  }
  g.scope("head.");
  return g.fc(g.flatten(g.global_avg_pool(g.relu(g.bn(x)))), size.classes);
}

Graph build_nasbench201(std::string_view cell, int64_t batch) {
  return on_cifar10(parse_nasbench201_cell(cell), batch);
}

Graph build_nasbench201_pruned(std::string_view cell, int64_t batch) {
  return on_cifar10(without_zero_edges(parse_nasbench201_cell(cell)), batch);
}

}  // namespace tacho
