// Trains trees with XGBoost and hands them over as our own Forest, so that only training needs it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel_builder/forest.h"

namespace tacho {

enum class TreeMethod { kForest, kBoosting };
/// "forest", "boosting".
const char* tree_method_name(TreeMethod method);

struct TreeOptions {
  TreeMethod method = TreeMethod::kBoosting;
  uint64_t seed = 1;
  int threads = 1;
  /// Boosting: at most so many trees (early stopping takes fewer); a forest has forest_trees.
  int max_trees = 600;
  int forest_trees = 60;
  int max_leaves = 64;  ///< of a boosted tree
  double learning_rate = 0.08;
  double row_share = 0.7;
  double column_share = 0.4;
  double min_leaf_weight = 20;  ///< about one row where errors are 5 %, more where they are larger
  int patience = 60;            ///< rounds without gain on the validation rows
  int members = 3;              ///< boosted forests grown from different seeds and averaged
};

/// Row-major features and one target each.
struct TreeData {
  size_t num_features = 0;
  std::vector<float> features;
  std::vector<float> targets;

  size_t rows() const { return targets.size(); }
  void add(const std::vector<float>& row, double target);
};

struct TrainedForest {
  Forest forest;
  int trees = 0;  ///< that early stopping kept, the mean over members
};

/// Targets are binary logarithms. A forest minimises squared error; boosting the mean relative
/// error |2^(prediction - target) - 1|, rounded off below 5 % (so that a few measurements gone
/// wrong do not pull, and what is trained is what is reported), by second-order steps. `validation`
/// may be null: then all max_trees are kept. The same options and data give the same forest on the
/// same version of XGBoost. One row, or equal targets, give one leaf. Throws Error: no rows, what
/// XGBoost complains of.
TrainedForest train_forest(const TreeData& data, const TreeData* validation,
                           const TreeOptions& options);

/// The trees of a model in XGBoost's JSON form (documented there as "model schema"), plus `base`.
Forest forest_from_xgboost_json(const std::string& text, size_t num_features, double base,
                                int most_trees);

}  // namespace tacho
