#include "common/metrics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tacho {
namespace {

TEST(Accuracy, OfPerfectPredictions) {
  const Accuracy accuracy = accuracy_of({1, 2, 30}, {1, 2, 30});
  EXPECT_EQ(accuracy.count, 3u);
  EXPECT_EQ(accuracy.mape, 0);
  EXPECT_EQ(accuracy.within_5, 100);
  EXPECT_DOUBLE_EQ(accuracy.spearman, 1);
}

TEST(Accuracy, ErrorsAreRelativeToTheMeasurement) {
  // Off by 5 %, 10 %, 20 % and 50 %.
  const Accuracy accuracy = accuracy_of({105, 9, 1.2, 0.5}, {100, 10, 1, 1});
  EXPECT_DOUBLE_EQ(accuracy.mape, 85.0 / 4);
  EXPECT_DOUBLE_EQ(accuracy.median_error, 15);
  EXPECT_DOUBLE_EQ(accuracy.within_5, 25) << "5 % off is within 5 %";
  EXPECT_DOUBLE_EQ(accuracy.within_10, 50) << "10 % off is within 10 %";
}

TEST(Accuracy, MedianOfAnOddNumberIsTheMiddleOne) {
  EXPECT_DOUBLE_EQ(accuracy_of({1.5, 1.25, 3}, {1, 1, 1}).median_error, 50);
}

TEST(Accuracy, SpearmanLooksAtTheOrderOnly) {
  EXPECT_DOUBLE_EQ(accuracy_of({1, 10, 1e6}, {3, 4, 5}).spearman, 1);
  EXPECT_DOUBLE_EQ(accuracy_of({3, 2, 1}, {3, 4, 5}).spearman, -1);
}

TEST(Accuracy, TiesShareTheirMeanRank) {
  // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: covariance 4.5, variances 4.5 and 5.
  EXPECT_DOUBLE_EQ(accuracy_of({1, 7, 7, 9}, {1, 2, 3, 4}).spearman, 4.5 / std::sqrt(4.5 * 5));
}

TEST(Accuracy, SpearmanIsNotANumberWithoutSpread) {
  EXPECT_TRUE(std::isnan(accuracy_of({1, 2}, {3, 3}).spearman));
  EXPECT_TRUE(std::isnan(accuracy_of({1}, {3}).spearman));
  EXPECT_EQ(accuracy_of({}, {}).count, 0u);
}

}  // namespace
}  // namespace tacho
