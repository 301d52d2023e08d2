#include "common/nnls.h"

#include <gtest/gtest.h>

namespace tacho {
namespace {

TEST(Nnls, RecoversCoefficientsExactly) {
  Eigen::MatrixXd a(4, 2);
  a << 1, 1, 2, 1, 3, 1, 4, 1;
  const Eigen::VectorXd x = fit_nnls(a, (Eigen::VectorXd(4) << 5, 7, 9, 11).finished());  // 2x + 3
  EXPECT_NEAR(x[0], 2, 1e-9);
  EXPECT_NEAR(x[1], 3, 1e-9);
}

TEST(Nnls, ACoefficientThatWouldBeNegativeIsZeroAndTheOthersAreFittedWithoutIt) {
  // y = 2x − 1: without the constant the best slope is Σxy / Σx² = (1·1 + 2·3 + 3·5) / 14.
  Eigen::MatrixXd a(3, 2);
  a << 1, 1, 2, 1, 3, 1;
  const Eigen::VectorXd x = fit_nnls(a, (Eigen::VectorXd(3) << 1, 3, 5).finished());
  EXPECT_NEAR(x[0], 22.0 / 14, 1e-9);
  EXPECT_EQ(x[1], 0);
}

TEST(Nnls, ColumnsMayDifferInScaleByAnyFactor) {
  Eigen::MatrixXd a(3, 2);
  a << 1e12, 1, 2e12, 1, 5e12, 1;
  const Eigen::VectorXd x = fit_nnls(a, (Eigen::VectorXd(3) << 1.5, 2.5, 5.5).finished());
  EXPECT_NEAR(x[0] * 1e12, 1, 1e-9);
  EXPECT_NEAR(x[1], 0.5, 1e-9);
}

TEST(Nnls, AColumnOfZerosGetsZero) {
  Eigen::MatrixXd a(2, 2);
  a << 0, 1, 0, 2;
  EXPECT_EQ(fit_nnls(a, (Eigen::VectorXd(2) << 1, 2).finished())[0], 0);
}

TEST(RelativeNnls, FindsExactRates) {
  Eigen::MatrixXd costs(4, 2);
  costs << 1e9, 1, 2e9, 5, 1e8, 100, 5e8, 3;
  const Eigen::VectorXd rates = (Eigen::VectorXd(2) << 3e-9, 0.25).finished();
  const Eigen::VectorXd found = fit_relative_nnls(costs, costs * rates);
  EXPECT_NEAR(found[0], rates[0], 1e-6 * rates[0]);
  EXPECT_NEAR(found[1], rates[1], 1e-6 * rates[1]);
}

TEST(RelativeNnls, StaysAtZeroRatherThanBelow) {
  Eigen::MatrixXd costs(3, 2);
  costs << 1, 0, 1, 1, 1, 2;
  const Eigen::VectorXd found =
      fit_relative_nnls(costs, Eigen::Vector3d(3, 2, 1));  // wants a slope of −1
  EXPECT_EQ(found[1], 0);
  EXPECT_GT(found[0], 0);
}

TEST(RelativeNnls, GivesAColumnOfZerosNothing) {
  Eigen::MatrixXd costs(2, 2);
  costs << 1, 0, 2, 0;
  const Eigen::VectorXd found = fit_relative_nnls(costs, Eigen::Vector2d(2, 4));
  EXPECT_NEAR(found[0], 2, 1e-9);
  EXPECT_EQ(found[1], 0);
}

TEST(RelativeNnls, WeighsEachTargetByItself) {
  // One cost, two targets of 1 and 100: minimise (x − 1)² + (x·50/100 − 1)², so x = 1.5 / 1.25.
  const Eigen::MatrixXd costs = (Eigen::MatrixXd(2, 1) << 1, 50).finished();
  EXPECT_NEAR(fit_relative_nnls(costs, (Eigen::VectorXd(2) << 1, 100).finished())[0], 1.2, 1e-12);
}

}  // namespace
}  // namespace tacho
