// Train, validation and test by model name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tacho {

enum class Stage { kTrain, kValidation, kTest };
std::string_view stage_name(Stage stage);  ///< "train", "val", "test"

struct SplitFractions {
  double validation = 0.1;
  double test = 0.1;
};

/// The stage of a model: a hash of seed and name decides, so that it does not depend on which other
/// models there are, and every data set agrees on it. For YOLO names "<architecture>_<image size>"
/// and timm names alike, `model` is the architecture: see model_of().
Stage stage_of(const std::string& model, uint64_t seed, const SplitFractions& fractions);

/// The network's name without an image size at its end and without pre-training tags:
/// "yolo3d1w75_160" → "yolo3d1w75". What is one architecture at several resolutions, from several
/// sources
/// ("tv_resnet50") or under two names ("deit_tiny", "vit_tiny") is one model. What is
/// called "kind:rest", a graph reference for one, is its own model, but that a NAS-Bench-201 cell
/// is one, pruned or not.
std::string model_of(const std::string& name);

}  // namespace tacho
