#include "dataset/split.h"

#include "common/stable_hash.h"

namespace tacho {

std::string_view stage_name(Stage stage) {
  switch (stage) {
    case Stage::kTrain:
      return "train";
    case Stage::kValidation:
      return "val";
    case Stage::kTest:
      return "test";
  }
  return "";
}

Stage stage_of(const std::string& model, uint64_t seed, const SplitFractions& fractions) {
  Fnv1a hash;
  hash.add_text(model);
  const uint64_t mixed = splitmix64(hash.value() ^ splitmix64(seed));
  const double position = static_cast<double>(mixed >> 11) * 0x1p-53;  // uniform in [0, 1)
  if (position < fractions.test) return Stage::kTest;
  if (position < fractions.test + fractions.validation) return Stage::kValidation;
  return Stage::kTrain;
}

}  // namespace tacho
