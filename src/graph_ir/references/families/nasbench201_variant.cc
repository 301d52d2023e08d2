// NAS-Bench-201 with a random cell, as NNLQP has it: zero edges removed. Varied besides: channels,
// cells per stage, the image.
#include "graph_ir/references/families/blocks.h"
#include "graph_ir/references/families/families.h"
#include "graph_ir/references/nasbench201.h"

namespace tacho {
namespace {

Nasbench201Cell random_cell(Draws& draws) {
  Nasbench201Cell cell;
  for (size_t node = 1; node < kCellNodes; ++node) {
    for (size_t source = 0; source < node; ++source) {
      cell.edge(source, node) = static_cast<CellOp>(draws.between(
          static_cast<int64_t>(CellOp::kNone), static_cast<int64_t>(CellOp::kConv3x3)));
    }
  }
  return without_zero_edges(cell);
}

}  // namespace

ValueId build_nasbench201_variant(GraphBuilder& g, ValueId image, Draws& draws) {
  Nasbench201Cell cell;
  while (!cell.has_edge_into(kCellNodes - 1)) cell = random_cell(draws);
  Nasbench201Size size;
  size.channels = draws.pick({8, 16, 16, 24, 32, 48, 64});
  size.cells = draws.between(1, 6);
  size.classes = draws.pick({10, 100});
  return nasbench201_network(g, image, cell, size);
}

}  // namespace tacho
