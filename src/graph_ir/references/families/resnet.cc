// ResNet (He et al., CVPR 2016), ResNeXt and Wide ResNet. Varied: basic blocks or bottlenecks,
// layers, channels and kernel of each stage, groups, the stem.
#include <array>
#include <string>

#include "graph_ir/references/families/blocks.h"
#include "graph_ir/references/families/families.h"

namespace tacho {
namespace {

struct Block {
  bool bottleneck = false;
  int64_t inner = 64, cout = 64, kernel = 3, stride = 1, groups = 1;
};

ValueId residual(GraphBuilder& g, ValueId x, const Block& b) {
  const Window strided{b.kernel, b.stride};
  ValueId y = x;
  if (b.bottleneck) {
    y = conv_bn(g, y, {b.inner});
    y = conv_bn(g, y, {b.inner, strided, Activation::kRelu, b.groups});
    y = conv_bn(g, y, {b.cout, {}, Activation::kNone});
  } else {
    y = conv_bn(g, y, {b.inner, strided});
    y = conv_bn(g, y, {b.cout, {b.kernel}, Activation::kNone});
  }
  const bool keeps_shape = b.stride == 1 && g.dims(x)[1] == b.cout;
  const ValueId shortcut =
      keeps_shape ? x : conv_bn(g, x, {b.cout, {1, b.stride}, Activation::kNone});
  return g.relu(g.add(y, shortcut));
}

}  // namespace

ValueId build_resnet(GraphBuilder& g, ValueId image, Draws& draws) {
  constexpr std::array<int64_t, 4> kMostBlocks = {3, 4, 6, 3};
  Block block;
  block.bottleneck = draws.chance(50);
  block.groups = block.bottleneck ? draws.pick({1, 1, 8}) : 1;
  const int64_t width = draws.pick({16, 32, 48, 64, 64, 80});

  g.scope("stem.");
  ValueId x = conv_bn(g, image, {draws.channels(width), {draws.pick({3, 5, 7}), 2}});
  if (draws.chance(80)) x = g.max_pool(x, {3, 2});
  for (size_t stage = 0; stage < kMostBlocks.size(); ++stage) {
    block.inner = draws.channels(width << stage, 70, 130);
    block.cout = block.bottleneck ? 4 * block.inner : block.inner;
    block.kernel = draws.pick({3, 3, 3, 5});
    const int64_t blocks = draws.between(1, kMostBlocks[stage]);
    for (int64_t i = 0; i < blocks; ++i) {
      g.scope("stage" + std::to_string(stage) + ".block" + std::to_string(i) + ".");
      block.stride = i == 0 && stage > 0 ? 2 : 1;
      x = residual(g, x, block);
    }
  }
  g.scope("head.");
  return pooled_classifier(g, x, draws);
}

}  // namespace tacho
