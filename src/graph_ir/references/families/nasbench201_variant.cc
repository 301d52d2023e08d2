// NAS-Bench-201 with a random cell, as NNLQP has it: zero edges removed. Varied besides: channels,
// cells per stage, the image.
#include "graph_ir/references/families/blocks.h"
#include "graph_ir/references/families/families.h"
#include "graph_ir/references/nasbench201.h"

namespace tacho {

ValueId build_nasbench201_variant(GraphBuilder& g, ValueId image, Draws& draws) {
  Nasbench201Cell cell;
  for (size_t node = 0; node < cell.op.size(); ++node) {
    for (size_t source = 0; source <= node; ++source) {
      cell.op[node][source] = static_cast<CellOp>(draws.between(0, 4));
    }
  }
  Nasbench201Size size;
  size.channels = draws.pick({8, 16, 16, 24, 32, 48, 64});
  size.cells = draws.between(1, 6);
  size.classes = draws.pick({10, 100});
  return nasbench201_network(g, image, cell, ZeroEdges::kPruned, size);
}

}  // namespace tacho
