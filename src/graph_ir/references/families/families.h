// The families of networks that "family:<name>:<seed>" draws from; one file each. All but vit are
// NNLQP's (Liu et al., ICPP 2022).
#pragma once

#include <string>
#include <vector>

#include "graph_ir/graph_builder.h"
#include "graph_ir/references/families/draws.h"

namespace tacho {

struct Family {
  std::string name;
  std::vector<int64_t> image_extents;  ///< height and width, one of them is drawn
  /// From an image to the classes. Must work for every seed.
  ValueId (*build)(GraphBuilder& g, ValueId image, Draws& draws);
};

const std::vector<Family>& families();

ValueId build_alexnet(GraphBuilder& g, ValueId image, Draws& draws);
ValueId build_efficientnet(GraphBuilder& g, ValueId image, Draws& draws);
ValueId build_googlenet(GraphBuilder& g, ValueId image, Draws& draws);
ValueId build_mnasnet(GraphBuilder& g, ValueId image, Draws& draws);
ValueId build_mobilenetv2(GraphBuilder& g, ValueId image, Draws& draws);
ValueId build_mobilenetv3(GraphBuilder& g, ValueId image, Draws& draws);
ValueId build_nasbench201_variant(GraphBuilder& g, ValueId image, Draws& draws);
ValueId build_resnet(GraphBuilder& g, ValueId image, Draws& draws);
ValueId build_squeezenet(GraphBuilder& g, ValueId image, Draws& draws);
ValueId build_vgg(GraphBuilder& g, ValueId image, Draws& draws);
ValueId build_vit(GraphBuilder& g, ValueId image, Draws& draws);

}  // namespace tacho
