// SqueezeNet 1.0 and 1.1 (Iandola et al., 2016). Varied: channels of every Fire module, the kernel
// of its larger branch, modules per stage, the stem.
#include <string>

#include "graph_ir/references/families/blocks.h"
#include "graph_ir/references/families/families.h"

namespace tacho {
namespace {

ValueId conv_relu(GraphBuilder& g, ValueId x, int64_t cout, Window window = {}) {
  return g.relu(g.conv(x, cout, window, {1, true}));
}

ValueId fire(GraphBuilder& g, ValueId x, int64_t expanded, Draws& draws) {
  const int64_t kernel = draws.pick({3, 3, 3, 5});
  const ValueId squeezed = conv_relu(g, x, draws.channels(expanded / 4));
  const ValueId pointwise = conv_relu(g, squeezed, draws.channels(expanded));
  const ValueId spatial = conv_relu(g, squeezed, draws.channels(expanded), {kernel});
  return g.concat({pointwise, spatial});
}

}  // namespace

ValueId build_squeezenet(GraphBuilder& g, ValueId image, Draws& draws) {
  const Window pool{3, 2, 0};
  g.scope("stem.");
  const int64_t kernel = draws.pick({3, 5, 7});
  ValueId x = conv_relu(g, image, draws.channels(96), {kernel, 2});
  int64_t expanded = 64;
  for (int stage = 0; stage < 3; ++stage, expanded += stage * 64) {
    g.scope("stage" + std::to_string(stage) + ".");
    x = g.max_pool(x, pool);
    for (int64_t modules = draws.between(1, 4); modules > 0; --modules) {
      x = fire(g, x, expanded, draws);
    }
  }
  g.scope("head.");
  return g.flatten(g.global_avg_pool(conv_relu(g, x, draw_classes(draws))));
}

}  // namespace tacho
