#include "kernel_builder/forest.h"

#include <gtest/gtest.h>

#include <limits>

#include "common/error.h"

namespace tacho {
namespace {

/// x0 < 2 ? (x1 < 5 ? 10 : 20) : 30, and x1 < 1 ? 1 : 2, on a base of 100.
Forest two_trees() {
  Forest f;
  f.num_features = 2;
  f.base = 100;
  f.roots = {0, 5};
  f.nodes = {{0, 2, 1},   {1, 5, 3}, {-1, 30, 0}, {-1, 10, 0},
             {-1, 20, 0}, {1, 1, 6}, {-1, 1, 0},  {-1, 2, 0}};
  return f;
}

/// In both forms, which agree.
double at(float x0, float x1) {
  const float row[] = {x0, x1};
  const Forest f = two_trees();
  EXPECT_DOUBLE_EQ(PackedForest(f)(row), f(row));
  return f(row);
}

TEST(Forest, AddsTheLeavesToTheBase) {
  EXPECT_DOUBLE_EQ(at(0, 0), 100 + 10 + 1);
  EXPECT_DOUBLE_EQ(at(0, 7), 100 + 20 + 2);
  EXPECT_DOUBLE_EQ(at(3, 0), 100 + 30 + 1);
}

TEST(Forest, SpreadsAsItsTreesDo) {
  const float row[] = {0, 0};  // leaves 10 and 1: 20 and 2 were both trees like them
  EXPECT_DOUBLE_EQ(two_trees().spread(row), 9);
  EXPECT_EQ(Forest{}.spread(row), 0);
}

TEST(Forest, AThresholdItselfGoesRight) {
  EXPECT_DOUBLE_EQ(at(2, 0), 100 + 30 + 1);
  EXPECT_DOUBLE_EQ(at(0, 5), 100 + 20 + 2);
}

TEST(Forest, WhatIsNotANumberGoesRight) {
  EXPECT_DOUBLE_EQ(at(std::numeric_limits<float>::quiet_NaN(), 0), 100 + 30 + 1);
}

TEST(Forest, ManyTreesAreTheSumOfEachAlone) {
  // 2 trees 11 times, of two depths: a whole group that is walked side by side, and one filled up.
  const Forest two = two_trees();
  Forest many = two;
  for (int copy = 1; copy < 11; ++copy) {
    const auto first = static_cast<int32_t>(many.nodes.size());
    for (const int32_t root : two.roots) many.roots.push_back(first + root);
    for (TreeNode node : two.nodes) {
      if (node.feature >= 0) node.left += first;
      many.nodes.push_back(node);
    }
  }
  for (const float x : {0.f, 3.f}) {
    const float row[] = {x, 5 - x};
    EXPECT_DOUBLE_EQ(many(row) - 100, 11 * (two(row) - 100));
    EXPECT_DOUBLE_EQ(PackedForest(many)(row), many(row));
  }
}

TEST(Forest, WithoutTreesIsItsBase) {
  Forest f;
  f.base = 3;
  EXPECT_DOUBLE_EQ(f(nullptr), 3);
  EXPECT_TRUE(PackedForest(f).empty());
  EXPECT_DOUBLE_EQ(PackedForest(f)(nullptr), 3);
}

TEST(PackedForest, RefusesWhatANodeCannotSay) {
  Forest f = two_trees();
  f.num_features = 40000;
  EXPECT_THROW(PackedForest{f}, Error);
}

}  // namespace
}  // namespace tacho
