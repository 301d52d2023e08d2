// MnasNet (Tan et al., CVPR 2019), figure 7: A1 with squeeze-excite, B1 without.
#include "graph_ir/references/families/blocks.h"
#include "graph_ir/references/families/families.h"

namespace tacho {

ValueId build_mnasnet(GraphBuilder& g, ValueId image, Draws& draws) {
  constexpr Activation kRelu = Activation::kRelu;
  const Squeeze squeeze = draws.chance(50) ? Squeeze::kSigmoid : Squeeze::kNone;
  MobileNet net;
  net.stem_activation = net.head_activation = kRelu;
  net.stages = {{1, 16, 1, 1, 3, kRelu},          {3, 24, 3, 2, 3, kRelu},
                {3, 40, 3, 2, 5, kRelu, squeeze}, {6, 80, 3, 2, 5, kRelu},
                {6, 96, 2, 1, 3, kRelu, squeeze}, {6, 192, 4, 2, 5, kRelu, squeeze},
                {6, 320, 1, 1, 3, kRelu}};
  return varied_mobile_net(g, image, draws, net);
}

}  // namespace tacho
