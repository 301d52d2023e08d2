#include "dataset/split.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "common/error.h"
#include "common/stable_hash.h"
#include "common/text.h"
#include "dataset/family.h"

namespace tacho {
namespace {

using ModelsOfFamily = std::map<std::string, size_t>;  // number of different models

ModelsOfFamily count_models(const std::vector<std::string>& models) {
  ModelsOfFamily counts;
  for (const std::string& model : std::set<std::string>(models.begin(), models.end())) {
    ++counts[family_of(model)];
  }
  return counts;
}

std::set<std::string> named_families(const ModelsOfFamily& counts,
                                     const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const auto& [family, count] : counts) known.push_back(family);
  for (const std::string& name : names) {
    if (counts.count(name) == 0)
      throw Error("no model of a family '" + name + "'" + name_hint(name, known), Fault::kUsage);
  }
  return {names.begin(), names.end()};
}

std::set<std::string> families_in_fold(const ModelsOfFamily& counts, int folds, int fold) {
  if (counts.size() < static_cast<size_t>(folds)) {
    throw Error(std::to_string(folds) + " folds, but the models are of " +
                    std::to_string(counts.size()) + " families",
                Fault::kUsage);
  }
  std::vector<std::pair<size_t, std::string>> largest_first;
  for (const auto& [family, count] : counts) largest_first.emplace_back(count, family);
  std::sort(largest_first.begin(), largest_first.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::vector<size_t> models(static_cast<size_t>(folds), 0);
  std::set<std::string> families;
  for (const auto& [count, family] : largest_first) {
    const auto fewest = std::min_element(models.begin(), models.end());
    *fewest += count;
    if (fewest - models.begin() == fold) families.insert(family);
  }
  return families;
}

}  // namespace

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

void check_split_rule(const SplitRule& rule) {
  const auto [validation, test] = rule.fractions;
  if (!(validation >= 0) || !(test >= 0) || !(validation + test <= 1)) {
    throw Error("the shares for validation and test are from 0 to 1, together at most 1",
                Fault::kUsage);
  }
  if (rule.folds > 0 && !rule.test_families.empty()) {
    throw Error("either folds or families that are left out, not both", Fault::kUsage);
  }
  const bool no_fold = rule.folds == 0 ? rule.fold != 0 : rule.fold < 0 || rule.fold >= rule.folds;
  if (rule.folds < 0 || rule.folds == 1 || no_fold) {
    throw Error("fold " + std::to_string(rule.fold) + " of " + std::to_string(rule.folds) +
                    ": there must be two folds or more, and they are numbered from 0",
                Fault::kUsage);
  }
}

std::vector<Stage> split_models(const std::vector<std::string>& models, const SplitRule& rule) {
  check_split_rule(rule);
  const bool by_family = rule.folds > 0 || !rule.test_families.empty();
  std::set<std::string> test;
  if (by_family) {
    const ModelsOfFamily counts = count_models(models);
    test = rule.folds > 0 ? families_in_fold(counts, rule.folds, rule.fold)
                          : named_families(counts, rule.test_families);
  }
  SplitFractions fractions = rule.fractions;
  if (by_family) fractions.test = 0;
  std::unordered_map<std::string, Stage> known;
  std::vector<Stage> stages;
  stages.reserve(models.size());
  for (const std::string& model : models) {
    const auto [found, is_new] = known.try_emplace(model, Stage::kTest);
    const bool left_out = is_new && by_family && test.count(family_of(model)) > 0;
    if (is_new && !left_out) found->second = stage_of(model, rule.seed, fractions);
    stages.push_back(found->second);
  }
  return stages;
}

}  // namespace tacho
