// Parts that several families are made of.
#pragma once

#include "graph_ir/graph_builder.h"
#include "graph_ir/references/families/draws.h"

namespace tacho {

enum class Activation { kNone, kRelu, kRelu6, kHswish, kSilu };

ValueId activate(GraphBuilder& g, ValueId x, Activation activation);

struct ConvBn {
  int64_t cout = 0;
  Window window = {};
  Activation activation = Activation::kRelu;
  int64_t groups = 1;
};
ValueId conv_bn(GraphBuilder& g, ValueId x, const ConvBn& what);

/// 10, 100 or 1000, the last most often.
int64_t draw_classes(Draws& draws);
/// Mean over the image and a fully connected layer to draw_classes().
ValueId pooled_classifier(GraphBuilder& g, ValueId x, Draws& draws);

enum class Squeeze { kNone, kHsigmoid, kSigmoid };

/// MobileNetV2's block: 1×1 to `expanded` channels (left out if x has so many), depthwise, perhaps
/// squeeze-excite, 1×1 to `cout`; x is added where the shape allows.
struct InvertedResidual {
  int64_t expanded = 0, cout = 0, kernel = 3, stride = 1;
  Activation activation = Activation::kRelu6;
  Squeeze squeeze = Squeeze::kNone;
  int64_t squeezed = 8;  ///< channels between squeeze and excite
};
ValueId inverted_residual(GraphBuilder& g, ValueId x, const InvertedResidual& block);

/// A row of a mobile network's table: `depth` inverted residuals, the first with the stride.
struct MobileStage {
  int64_t expansion = 1, channels = 0, depth = 1, stride = 1, kernel = 3;
  Activation activation = Activation::kRelu6;
  Squeeze squeeze = Squeeze::kNone;
};

struct MobileNet {
  int64_t stem_channels = 32;
  Activation stem_activation = Activation::kRelu6;
  std::vector<MobileStage> stages;
  int64_t head_channels = 1280;
  Activation head_activation = Activation::kRelu6;
};

/// The network that the table describes, varied: width and depth as a whole; channels, expansion,
/// kernel and depth of each stage.
ValueId varied_mobile_net(GraphBuilder& g, ValueId image, Draws& draws, const MobileNet& net);

}  // namespace tacho
