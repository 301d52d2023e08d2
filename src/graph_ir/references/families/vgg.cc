// VGG (Simonyan and Zisserman, ICLR 2015). Varied: layers and channels of each stage, kernels,
// batch norms, hidden layers.
#include <string>

#include "graph_ir/references/families/blocks.h"
#include "graph_ir/references/families/families.h"

namespace tacho {

ValueId build_vgg(GraphBuilder& g, ValueId image, Draws& draws) {
  const bool norms = draws.chance(50);
  const int64_t width_percent = draws.pick({25, 50, 75, 100, 100});
  int stage = 0;
  ValueId x = image;
  for (const int64_t channels : {64, 128, 256, 512, 512}) {
    g.scope("stage" + std::to_string(stage++) + ".");
    const int64_t cout = draws.channels(channels * width_percent / 100, 70, 130);
    const int64_t kernel = draws.pick({3, 3, 3, 3, 5});
    for (int64_t layers = draws.between(1, stage < 3 ? 2 : 4); layers > 0; --layers) {
      x = norms ? conv_bn(g, x, {cout, {kernel}}) : g.relu(g.conv(x, cout, {kernel}, {1, true}));
    }
    x = g.max_pool(x, {2, 2});
  }
  g.scope("head.");
  x = g.flatten(x);
  const int64_t hidden = draws.pick({256, 512, 1024, 2048});
  x = g.relu(g.fc(x, hidden));
  x = g.relu(g.fc(x, hidden));
  return g.fc(x, draw_classes(draws));
}

}  // namespace tacho
