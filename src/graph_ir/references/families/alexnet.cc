// AlexNet (Krizhevsky et al., 2012; one tower, as torchvision has it). Varied: channels, kernels,
// the first stride, hidden layers.
#include "graph_ir/references/families/blocks.h"
#include "graph_ir/references/families/families.h"

namespace tacho {

ValueId build_alexnet(GraphBuilder& g, ValueId image, Draws& draws) {
  const auto conv = [&](ValueId x, int64_t channels, Window window) {
    return g.relu(g.conv(x, draws.channels(channels), window, {1, true}));
  };
  const Window pool{3, 2, 0};
  ValueId x = conv(image, 64, {draws.pick({7, 9, 11}), draws.chance(70) ? 4 : 2});
  x = g.max_pool(x, pool);
  x = conv(x, 192, {draws.pick({3, 5, 7})});
  x = g.max_pool(x, pool);
  for (const int64_t channels : {384, 256, 256}) x = conv(x, channels, {draws.pick({3, 3, 5})});
  x = g.flatten(g.max_pool(x, pool));
  for (int hidden = 0; hidden < 2; ++hidden) {
    x = g.relu(g.fc(x, draws.pick({512, 1024, 2048, 4096})));
  }
  return g.fc(x, draw_classes(draws));
}

}  // namespace tacho
