#include "graph_ir/references/families/families.h"

namespace tacho {

const std::vector<Family>& families() {
  static const std::vector<int64_t> kPhotos = {64, 96, 128, 160, 192, 224, 256};
  static const std::vector<Family> kFamilies = {
      {"alexnet", kPhotos, build_alexnet},
      {"vgg", kPhotos, build_vgg},
      {"googlenet", kPhotos, build_googlenet},
      {"resnet", kPhotos, build_resnet},
      {"squeezenet", kPhotos, build_squeezenet},
      {"mobilenetv2", kPhotos, build_mobilenetv2},
      {"mobilenetv3", kPhotos, build_mobilenetv3},
      {"mnasnet", kPhotos, build_mnasnet},
      {"efficientnet", kPhotos, build_efficientnet},
      {"nasbench201", {16, 32, 48, 64, 96}, build_nasbench201_variant},
      {"vit", kPhotos, build_vit},
  };
  return kFamilies;
}

}  // namespace tacho
