// MobileNetV2 (Sandler et al., CVPR 2018), table 2.
#include "graph_ir/references/families/blocks.h"
#include "graph_ir/references/families/families.h"

namespace tacho {

ValueId build_mobilenetv2(GraphBuilder& g, ValueId image, Draws& draws) {
  static const std::vector<MobileStage> kStages = {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2},
                                                   {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2},
                                                   {6, 320, 1, 1}};
  MobileNet net;
  net.stages = kStages;
  return varied_mobile_net(g, image, draws, net);
}

}  // namespace tacho
