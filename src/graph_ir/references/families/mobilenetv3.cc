// MobileNetV3 (Howard et al., ICCV 2019), tables 1 and 2, expansions rounded to whole numbers.
#include "graph_ir/references/families/blocks.h"
#include "graph_ir/references/families/families.h"

namespace tacho {

ValueId build_mobilenetv3(GraphBuilder& g, ValueId image, Draws& draws) {
  constexpr Activation kRelu = Activation::kRelu, kHswish = Activation::kHswish;
  constexpr Squeeze kNo = Squeeze::kNone, kYes = Squeeze::kHsigmoid;
  MobileNet net;
  net.stem_channels = 16;
  net.stem_activation = net.head_activation = kHswish;
  if (draws.chance(50)) {
    net.head_channels = 960;
    net.stages = {{1, 16, 1, 1, 3, kRelu, kNo},    {4, 24, 2, 2, 3, kRelu, kNo},
                  {3, 40, 3, 2, 5, kRelu, kYes},   {6, 80, 1, 2, 3, kHswish, kNo},
                  {3, 80, 3, 1, 3, kHswish, kNo},  {6, 112, 2, 1, 3, kHswish, kYes},
                  {6, 160, 3, 2, 5, kHswish, kYes}};
  } else {
    net.head_channels = 576;
    net.stages = {{1, 16, 1, 2, 3, kRelu, kYes},
                  {4, 24, 2, 2, 3, kRelu, kNo},
                  {4, 40, 3, 2, 5, kHswish, kYes},
                  {3, 48, 2, 1, 5, kHswish, kYes},
                  {6, 96, 3, 2, 5, kHswish, kYes}};
  }
  return varied_mobile_net(g, image, draws, net);
}

}  // namespace tacho
