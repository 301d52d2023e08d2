// Families of networks: what a person means by "all the ResNets".
#pragma once

#include <string>

namespace tacho {

/// The family of a model (a name that model_of() gave): "resnext101_32x4d" and "ecaresnet50d" →
/// "resnet", "vit_small_patch16" → "vit", "yolo5d33w1" → "yolo5". A name "kind:rest" says it
/// itself: "nasbench201:|nor_…" → "nasbench201", "family:mobilenetv2:7" → "mobilenetv2".
std::string family_of(const std::string& model);

}  // namespace tacho
