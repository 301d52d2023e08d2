#include "kernel_builder/forest_trainer.h"

#include <xgboost/c_api.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "common/error.h"

namespace tacho {
namespace {

void check(int code) {
  if (code != 0) throw Error(std::string("XGBoost: ") + XGBGetLastError());
}

struct MatrixDeleter {
  void operator()(void* handle) const { XGDMatrixFree(handle); }
};
struct BoosterDeleter {
  void operator()(void* handle) const { XGBoosterFree(handle); }
};
using Matrix = std::unique_ptr<void, MatrixDeleter>;
using Booster = std::unique_ptr<void, BoosterDeleter>;

Matrix make_matrix(const TreeData& data, double base, int threads) {
  DMatrixHandle handle = nullptr;
  check(XGDMatrixCreateFromMat_omp(data.features.data(), data.rows(), data.num_features,
                                   std::numeric_limits<float>::quiet_NaN(), &handle, threads));
  Matrix matrix(handle);
  std::vector<float> labels;
  labels.reserve(data.rows());
  for (const float target : data.targets) labels.push_back(static_cast<float>(target - base));
  check(XGDMatrixSetFloatInfo(handle, "label", labels.data(), labels.size()));
  return matrix;
}

std::vector<std::pair<std::string, std::string>> parameters_of(const TreeOptions& o) {
  std::vector<std::pair<std::string, std::string>> p = {
      {"tree_method", "hist"},
      {"base_score", "0"},
      {"nthread", std::to_string(o.threads)},
      {"seed", std::to_string(o.seed % 0x7fffffff)},
      {"verbosity", "0"}};
  if (o.method == TreeMethod::kForest) {
    p.insert(p.end(), {{"objective", "reg:squarederror"},
                       {"num_parallel_tree", std::to_string(o.forest_trees)},
                       {"eta", "1"},
                       {"lambda", "0"},
                       {"max_depth", "14"},
                       {"min_child_weight", "2"},
                       {"subsample", "0.632"},
                       {"colsample_bynode", "0.4"}});
  } else {
    p.insert(p.end(), {{"objective", "reg:squarederror"},  // names the identity; steps are ours
                       {"grow_policy", "lossguide"},
                       {"max_depth", "0"},
                       {"max_leaves", std::to_string(o.max_leaves)},
                       {"eta", std::to_string(o.learning_rate)},
                       {"min_child_weight", std::to_string(o.min_leaf_weight)},
                       {"subsample", std::to_string(o.row_share)},
                       {"colsample_bytree", std::to_string(o.column_share)}});
  }
  return p;
}

/// Sums of trees so far, one per row of the matrix.
const float* sums_of(BoosterHandle booster, DMatrixHandle matrix, bool training, size_t rows) {
  constexpr int kMargin = 1;  // no transformation
  bst_ulong count = 0;
  const float* sums = nullptr;
  check(XGBoosterPredict(booster, matrix, kMargin, 0, training ? 1 : 0, &count, &sums));
  if (count != rows) throw Error("XGBoost: another number of predictions than rows");
  return sums;
}

constexpr double kRoundedBelow = 0.05;

/// Gradient and the curvature of the nearest parabola above (iteratively reweighted squares).
void boost_once(BoosterHandle booster, DMatrixHandle matrix, const TreeData& data, double base) {
  const size_t rows = data.rows();
  const float* sums = sums_of(booster, matrix, /*training=*/true, rows);
  std::vector<float> gradients(rows), curvatures(rows);
  for (size_t i = 0; i < rows; ++i) {
    const double off = base + static_cast<double>(sums[i]) - static_cast<double>(data.targets[i]);
    const double ratio = std::exp2(std::clamp(off, -3.0, 3.0));
    const double size = std::hypot(ratio - 1, kRoundedBelow);
    gradients[i] = static_cast<float>((ratio - 1) * ratio / size);
    curvatures[i] = static_cast<float>(ratio * ratio / size);
  }
  check(XGBoosterBoostOneIter(booster, matrix, gradients.data(), curvatures.data(), rows));
}

double mean_relative_error(BoosterHandle booster, DMatrixHandle matrix, const TreeData& data,
                           double base) {
  const float* sums = sums_of(booster, matrix, /*training=*/false, data.rows());
  double error = 0;
  for (size_t i = 0; i < data.rows(); ++i) {
    const double off = base + static_cast<double>(sums[i]) - static_cast<double>(data.targets[i]);
    error += std::abs(std::exp2(off) - 1);
  }
  return error / static_cast<double>(data.rows());
}

Forest leaf_only(size_t num_features, double value) {
  Forest forest;
  forest.num_features = static_cast<int32_t>(num_features);
  forest.base = value;
  forest.roots = {0};
  forest.nodes = {TreeNode{}};
  return forest;
}

}  // namespace

const char* tree_method_name(TreeMethod method) {
  return method == TreeMethod::kForest ? "forest" : "boosting";
}

void TreeData::add(const std::vector<float>& row, double target) {
  num_features = row.size();
  features.insert(features.end(), row.begin(), row.end());
  targets.push_back(static_cast<float>(target));
}

Forest forest_from_xgboost_json(const std::string& text, size_t num_features, double base,
                                int most_trees) {
  const auto model = nlohmann::json::parse(text);
  const auto& trees = model.at("learner").at("gradient_booster").at("model").at("trees");
  Forest forest;
  forest.num_features = static_cast<int32_t>(num_features);
  forest.base = base;
  for (const auto& tree : trees) {
    if (static_cast<int>(forest.roots.size()) == most_trees) break;
    const auto left = tree.at("left_children").get<std::vector<int32_t>>();
    const auto right = tree.at("right_children").get<std::vector<int32_t>>();
    const auto feature = tree.at("split_indices").get<std::vector<int32_t>>();
    const auto value = tree.at("split_conditions").get<std::vector<float>>();
    const auto first = static_cast<int32_t>(forest.nodes.size());
    forest.roots.push_back(first);
    // Breadth first: children side by side, as Forest wants them.
    std::vector<size_t> order{0};
    for (size_t i = 0; i < order.size(); ++i) {
      const size_t source = order[i];
      TreeNode node;
      node.value = value.at(source);
      if (left.at(source) >= 0) {
        node.feature = feature.at(source);
        node.left = first + static_cast<int32_t>(order.size());
        order.push_back(static_cast<size_t>(left[source]));
        order.push_back(static_cast<size_t>(right.at(source)));
      }
      forest.nodes.push_back(node);
    }
  }
  return forest;
}

namespace {

TrainedForest train_member(const TreeData& data, const TreeData* validation, double base,
                           const TreeOptions& options) {
  const Matrix train = make_matrix(data, base, options.threads);
  const Matrix held_out =
      validation != nullptr ? make_matrix(*validation, base, options.threads) : nullptr;
  std::vector<DMatrixHandle> matrices{train.get()};
  if (held_out) matrices.push_back(held_out.get());
  BoosterHandle handle = nullptr;
  check(XGBoosterCreate(matrices.data(), matrices.size(), &handle));
  const Booster booster(handle);
  for (const auto& [name, value] : parameters_of(options)) {
    check(XGBoosterSetParam(handle, name.c_str(), value.c_str()));
  }

  const bool forest = options.method == TreeMethod::kForest;
  int kept = forest ? options.forest_trees : options.max_trees;
  if (forest) {
    check(XGBoosterUpdateOneIter(handle, 0, train.get()));
  } else {
    double best = std::numeric_limits<double>::infinity();
    for (int trees = 1; trees <= options.max_trees; ++trees) {
      boost_once(handle, train.get(), data, base);
      if (!held_out) continue;
      const double error = mean_relative_error(handle, held_out.get(), *validation, base);
      if (error < best) {
        best = error;
        kept = trees;
      }
      if (trees - kept >= options.patience) break;
    }
  }
  bst_ulong size = 0;
  const char* bytes = nullptr;
  check(XGBoosterSaveModelToBuffer(handle, R"({"format": "json"})", &size, &bytes));
  return {forest_from_xgboost_json(std::string(bytes, size), data.num_features, base, kept), kept};
}

/// The mean of the members' sums as one forest.
Forest mean_of(const std::vector<Forest>& members) {
  Forest mean;
  mean.num_features = members.front().num_features;
  const auto share = 1 / static_cast<double>(members.size());
  for (const Forest& member : members) {
    const auto first = static_cast<int32_t>(mean.nodes.size());
    mean.base += share * member.base;
    for (const int32_t root : member.roots) mean.roots.push_back(first + root);
    for (TreeNode node : member.nodes) {
      if (node.feature < 0) {
        node.value = static_cast<float>(share * static_cast<double>(node.value));
      } else {
        node.left += first;
      }
      mean.nodes.push_back(node);
    }
  }
  return mean;
}

}  // namespace

TrainedForest train_forest(const TreeData& data, const TreeData* validation,
                           const TreeOptions& options) {
  if (data.rows() == 0) throw Error("no rows to train trees on");
  const double base = std::accumulate(data.targets.begin(), data.targets.end(), 0.0) /
                      static_cast<double>(data.rows());
  const auto [low, high] = std::minmax_element(data.targets.begin(), data.targets.end());
  if (*low == *high) return {leaf_only(data.num_features, base), 1};
  if (validation != nullptr && validation->rows() == 0) validation = nullptr;

  const int members = options.method == TreeMethod::kForest ? 1 : options.members;
  std::vector<Forest> forests;
  int trees = 0;
  for (int member = 0; member < members; ++member) {
    TreeOptions own = options;
    own.seed = options.seed + 1000 * static_cast<uint64_t>(member);
    TrainedForest trained = train_member(data, validation, base, own);
    trees += trained.trees;
    forests.push_back(std::move(trained.forest));
  }
  return {mean_of(forests), std::max(1, (trees + members / 2) / members)};
}

}  // namespace tacho
