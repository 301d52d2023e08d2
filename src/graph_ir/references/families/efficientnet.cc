// EfficientNet (Tan and Le, ICML 2019), table 1.
#include "graph_ir/references/families/blocks.h"
#include "graph_ir/references/families/families.h"

namespace tacho {

ValueId build_efficientnet(GraphBuilder& g, ValueId image, Draws& draws) {
  MobileNet net;
  net.stem_activation = net.head_activation = Activation::kSilu;
  net.stages = {{1, 16, 1, 1, 3},  {6, 24, 2, 2, 3},  {6, 40, 2, 2, 5}, {6, 80, 3, 2, 3},
                {6, 112, 3, 1, 5}, {6, 192, 4, 2, 5}, {6, 320, 1, 1, 3}};
  for (MobileStage& stage : net.stages) {
    stage.activation = Activation::kSilu;
    stage.squeeze = Squeeze::kSigmoid;
  }
  return varied_mobile_net(g, image, draws, net);
}

}  // namespace tacho
