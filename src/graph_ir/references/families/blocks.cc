#include "graph_ir/references/families/blocks.h"

#include <algorithm>
#include <string>

namespace tacho {
namespace {

/// As GraphBuilder::squeeze_excite, in EfficientNet's spelling.
ValueId sigmoid_squeeze_excite(GraphBuilder& g, ValueId x, int64_t hidden) {
  const ConvOptions with_bias{1, true};
  const ValueId squeezed = g.silu(g.conv(g.global_avg_pool(x), hidden, {}, with_bias));
  return g.mul(x, g.sigmoid(g.conv(squeezed, g.dims(x)[1], {}, with_bias)));
}

ValueId squeeze_excite(GraphBuilder& g, ValueId x, Squeeze squeeze, int64_t hidden) {
  switch (squeeze) {
    case Squeeze::kNone:
      return x;
    case Squeeze::kHsigmoid:
      return g.squeeze_excite(x, hidden);
    case Squeeze::kSigmoid:
      return sigmoid_squeeze_excite(g, x, hidden);
  }
  return x;
}

}  // namespace

ValueId activate(GraphBuilder& g, ValueId x, Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kRelu:
      return g.relu(x);
    case Activation::kRelu6:
      return g.relu6(x);
    case Activation::kHswish:
      return g.hswish(x);
    case Activation::kSilu:
      return g.silu(x);
  }
  return x;
}

ValueId conv_bn(GraphBuilder& g, ValueId x, const ConvBn& what) {
  return activate(g, g.bn(g.conv(x, what.cout, what.window, {what.groups})), what.activation);
}

int64_t draw_classes(Draws& draws) { return draws.pick({10, 100, 1000, 1000}); }

ValueId pooled_classifier(GraphBuilder& g, ValueId x, Draws& draws) {
  return g.fc(g.flatten(g.global_avg_pool(x)), draw_classes(draws));
}

ValueId inverted_residual(GraphBuilder& g, ValueId x, const InvertedResidual& block) {
  const int64_t cin = g.dims(x)[1];
  ValueId y = x;
  if (block.expanded != cin) y = conv_bn(g, y, {block.expanded, {1}, block.activation});
  y = conv_bn(g, y,
              {block.expanded, {block.kernel, block.stride}, block.activation, block.expanded});
  y = squeeze_excite(g, y, block.squeeze, block.squeezed);
  y = conv_bn(g, y, {block.cout, {1}, Activation::kNone});
  return block.stride == 1 && block.cout == cin ? g.add(y, x) : y;
}

ValueId varied_mobile_net(GraphBuilder& g, ValueId image, Draws& draws, const MobileNet& net) {
  const int64_t width_percent = draws.pick({35, 50, 75, 100, 100, 130, 140});
  const int64_t more_depth = draws.between(-1, 1);
  const auto wide = [&](int64_t channels) { return channels * width_percent / 100; };

  g.scope("stem.");
  const int64_t stem = draws.channels(wide(net.stem_channels), 80, 120);
  ValueId x = conv_bn(g, image, {stem, {3, 2}, net.stem_activation});
  for (size_t i = 0; i < net.stages.size(); ++i) {
    const MobileStage& stage = net.stages[i];
    InvertedResidual block;
    block.cout = draws.channels(wide(stage.channels), 70, 130);
    block.kernel = draws.chance(50) ? stage.kernel : draws.pick({3, 5, 7});
    block.activation = stage.activation;
    block.squeeze = stage.squeeze;
    const int64_t expansion =
        stage.expansion == 1 ? 1 : std::max<int64_t>(2, stage.expansion + draws.between(-2, 1));
    const int64_t depth = std::max<int64_t>(1, stage.depth + more_depth + draws.between(-1, 1));
    for (int64_t in_stage = 0; in_stage < depth; ++in_stage) {
      g.scope("stage" + std::to_string(i) + ".block" + std::to_string(in_stage) + ".");
      block.stride = in_stage == 0 ? stage.stride : 1;
      block.expanded = expansion * g.dims(x)[1];
      block.squeezed = std::max<int64_t>(8, block.expanded / 4 / 8 * 8);
      x = inverted_residual(g, x, block);
    }
  }
  g.scope("head.");
  const int64_t head = draws.channels(net.head_channels, 70, 130);
  x = conv_bn(g, x, {head, {1}, net.head_activation});
  return pooled_classifier(g, x, draws);
}

}  // namespace tacho
