#include "common/signed_rank.h"

#include <gtest/gtest.h>

namespace tacho {
namespace {

TEST(SignedRank, SixOfOneSignAreTheFewestThatShowADifference) {
  // One of 2^6 sign patterns is as extreme, on each side.
  const SignedRank result = signed_rank_test({1, 2, 3, 4, 5, 6});
  EXPECT_DOUBLE_EQ(result.p, 2.0 / 64);
  EXPECT_DOUBLE_EQ(result.center, 3.5);
  EXPECT_DOUBLE_EQ(result.low, 1);
  EXPECT_DOUBLE_EQ(result.high, 6);
}

TEST(SignedRank, WilcoxonsTableAtTen) {
  // Its critical sum for ten pairs and 5 % is 8; ranks 1, 3 and 4 make 8, 2, 3 and 4 make 9.
  EXPECT_LE(signed_rank_test({-1, 2, -3, -4, 5, 6, 7, 8, 9, 10}).p, 0.05);
  EXPECT_GT(signed_rank_test({1, -2, -3, -4, 5, 6, 7, 8, 9, 10}).p, 0.05);
}

TEST(SignedRank, TheIntervalHoldsZeroExactlyWhereTheTestDoesNotReject) {
  EXPECT_GT(signed_rank_test({-1, 2, -3, -4, 5, 6, 7, 8, 9, 10}).low, 0);
  EXPECT_LE(signed_rank_test({1, -2, -3, -4, 5, 6, 7, 8, 9, 10}).low, 0);
}

TEST(SignedRank, TiesShareTheirRank) {
  // Ranks 1.5 1.5 3: minus on the last gives sums 3 and 3.
  EXPECT_DOUBLE_EQ(signed_rank_test({1, 1, -2}).p, 1);
}

TEST(SignedRank, NoDifferenceAtAll) {
  const SignedRank result = signed_rank_test({0, 0, 0});
  EXPECT_EQ(result.p, 1);
  EXPECT_EQ(result.center, 0);
}

}  // namespace
}  // namespace tacho
