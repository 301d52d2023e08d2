// GoogLeNet with batch norms (Szegedy et al., CVPR 2015, table 1), without the auxiliary heads.
// Varied: channels of every branch, the kernel of the largest, modules per stage, the stem.
#include <string>

#include "graph_ir/references/families/blocks.h"
#include "graph_ir/references/families/families.h"

namespace tacho {
namespace {

/// Channels of the four branches, and before the two larger convolutions.
struct Inception {
  int64_t pointwise, before_middle, middle, before_large, large, pooled;
};

const std::vector<std::vector<Inception>>& stages() {
  static const std::vector<std::vector<Inception>> kStages = {
      {{64, 96, 128, 16, 32, 32}, {128, 128, 192, 32, 96, 64}},
      {{192, 96, 208, 16, 48, 64},
       {160, 112, 224, 24, 64, 64},
       {128, 128, 256, 24, 64, 64},
       {112, 144, 288, 32, 64, 64},
       {256, 160, 320, 32, 128, 128}},
      {{256, 160, 320, 32, 128, 128}, {384, 192, 384, 48, 128, 128}}};
  return kStages;
}

ValueId inception(GraphBuilder& g, ValueId x, const Inception& module, Draws& draws) {
  const auto conv = [&](ValueId from, int64_t channels, int64_t kernel) {
    return conv_bn(g, from, {draws.channels(channels), {kernel}});
  };
  const ValueId pointwise = conv(x, module.pointwise, 1);
  const ValueId middle = conv(conv(x, module.before_middle, 1), module.middle, 3);
  const int64_t large_kernel = draws.pick({3, 5, 5});
  const ValueId large = conv(conv(x, module.before_large, 1), module.large, large_kernel);
  return g.concat({pointwise, middle, large, conv(g.max_pool(x, {3}), module.pooled, 1)});
}

}  // namespace

ValueId build_googlenet(GraphBuilder& g, ValueId image, Draws& draws) {
  const Window pool{3, 2};
  g.scope("stem.");
  ValueId x = conv_bn(g, image, {draws.channels(64), {draws.pick({3, 5, 7}), 2}});
  x = conv_bn(g, g.max_pool(x, pool), {draws.channels(64)});
  x = conv_bn(g, x, {draws.channels(192), {3}});
  for (size_t stage = 0; stage < stages().size(); ++stage) {
    const std::vector<Inception>& modules = stages()[stage];
    x = g.max_pool(x, pool);
    const auto first = static_cast<size_t>(draws.between(0, 1));  // all of them, or all but one
    for (size_t i = first; i < modules.size(); ++i) {
      g.scope("stage" + std::to_string(stage) + ".inception" + std::to_string(i) + ".");
      x = inception(g, x, modules[i], draws);
    }
  }
  g.scope("head.");
  return pooled_classifier(g, x, draws);
}

}  // namespace tacho
