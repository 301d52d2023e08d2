// Train, validation and test by model name, or by family.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

/// How models are parted. At most one of `test_families` and `folds` is set; either replaces the
/// share for test, and the rest is parted into training and validation by the share for validation.
struct SplitRule {
  uint64_t seed = 0;
  SplitFractions fractions;
  std::vector<std::string> test_families;  ///< these are the test: see family_of()
  int folds = 0;  ///< families are dealt out to so many folds, and `fold` is the test; 0: none
  int fold = 0;   ///< from 0
};

/// Throws Error (usage): a fold outside the folds, both ways at once, shares that are none.
void check_split_rule(const SplitRule& rule);

/// The stage of each of `models` (model_of() names, each as often as it likes). Folds have about
/// the same number of models: the largest family first, each to the fold with the fewest models so
/// far; they depend on which models there are. Throws Error (usage) for a family that none of the
/// models has, with the nearest that one has, and for more folds than families.
std::vector<Stage> split_models(const std::vector<std::string>& models, const SplitRule& rule);

/// The network's name without an image size at its end and without pre-training tags:
/// "yolo3d1w75_160" → "yolo3d1w75". What is one architecture at several resolutions, from several
/// sources
/// ("tv_resnet50") or under two names ("deit_tiny", "vit_tiny") is one model. What is
/// called "kind:rest", a graph reference for one, is its own model, but that a NAS-Bench-201 cell
/// is one, pruned or not.
std::string model_of(const std::string& name);

}  // namespace tacho
