#include "gnn/serve/few_shot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <random>

#include "common/error.h"

namespace tacho {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index kDevices = 6, kClasses = 5;

/// Known devices that spend their time differently, on kernels of two kinds in each class; graphs
/// that are made of them in other proportions. Every third graph has dead kernels.
class World {
 public:
  explicit World(uint32_t seed = 1, bool dead = true) : random_(seed), dead_(dead) {
    for (MatrixXd& rate : rates_) {
      for (Index k = 0; k < kDevices; ++k) {
        for (Index c = 0; c < kClasses; ++c) {
          rate(k, c) = std::exp(uniform(-1.5, 1.5) + 0.7 * static_cast<double>(k));
        }
      }
    }
  }

  MatrixXd graph() {
    const double size = std::exp(uniform(0, 3));
    MatrixXd totals = MatrixXd::Zero(kDevices, 2 * kClasses);
    const bool dead = dead_ && drawn_++ % 3 == 0;
    for (Index c = 0; c < kClasses; ++c) {
      for (const MatrixXd& rate : rates_) {
        totals.col(c) += size * uniform(0.1, 1) * rate.col(c);
        if (dead) totals.col(kClasses + c) += size * uniform(0.1, 1) * rate.col(c);
      }
    }
    return totals;
  }

  /// Samples of a platform that spends `factors` times what device `device` does.
  std::vector<FewShotSample> samples(size_t count, Index device, const VectorXd& factors,
                                     bool runs_dead, double noise = 0) {
    std::vector<FewShotSample> list;
    for (size_t i = 0; i < count; ++i) {
      FewShotSample s{graph(), 0};
      const VectorXd row = s.totals.row(device);
      s.latency_ms = row.head(kClasses).dot(factors);
      if (runs_dead) s.latency_ms += row.tail(kClasses).dot(factors);
      s.latency_ms *= std::exp(noise * uniform(-1.7, 1.7));
      list.push_back(s);
    }
    return list;
  }

  double uniform(double low, double high) {
    return low + (high - low) * static_cast<double>(random_()) / 4294967296.0;
  }

 private:
  std::mt19937 random_;
  bool dead_;
  int drawn_ = 0;
  MatrixXd rates_[2] = {MatrixXd(kDevices, kClasses), MatrixXd(kDevices, kClasses)};
};

const KnownDevices kUnknownViews{VectorXd::Constant(kDevices, 0.5)};

double worst_error(const FewShotFit& fit, const std::vector<FewShotSample>& samples) {
  double worst = 0;
  for (const FewShotSample& s : samples) {
    worst = std::max(worst, std::abs(fit.mix.cwiseProduct(s.totals).sum() / s.latency_ms - 1));
  }
  return worst;
}

TEST(FewShot, OneSampleOfAnExactCopyIsWithinTheDevicesSpread) {
  World world(1, false);
  const VectorXd twice = VectorXd::Constant(kClasses, 2);
  const auto samples = world.samples(1, 2, twice, false);
  const FewShotFit fit = fit_few_shot(samples, kUnknownViews);
  // Every device explains one number; what was measured is answered exactly.
  EXPECT_LT(worst_error(fit, samples), 0.02);
  EXPECT_GE(fit.mix.minCoeff(), 0);
}

TEST(FewShot, FiveSamplesOfAnExactCopyFindIt) {
  World world(1, false);
  const VectorXd twice = VectorXd::Constant(kClasses, 2);
  const auto samples = world.samples(5, 2, twice, false);
  const FewShotFit fit = fit_few_shot(samples, kUnknownViews);
  EXPECT_GT(device_shares(fit, samples)[2], 0.9);
  EXPECT_LT(worst_error(fit, world.samples(50, 2, twice, false)), 0.05);
}

TEST(FewShot, AClassThatIsThreeTimesSlowerIsSeenInTenSamples) {
  World world(2, false);
  VectorXd factors = VectorXd::Constant(kClasses, 0.5);
  factors[3] *= 3;
  const FewShotFit fit = fit_few_shot(world.samples(10, 4, factors, false), kUnknownViews);
  EXPECT_LT(worst_error(fit, world.samples(50, 4, factors, false)), 0.1);
}

TEST(FewShot, TwoDevicesAtOnceAreFoundFromManySamples) {
  World world(3, false);
  std::vector<FewShotSample> samples, others;
  for (int i = 0; i < 120; ++i) {
    FewShotSample s{world.graph(), 0};
    s.latency_ms = 0.6 * s.totals.row(0).sum() + 0.02 * s.totals.row(5).sum();
    (i < 60 ? samples : others).push_back(s);
  }
  const FewShotFit fit = fit_few_shot(samples, kUnknownViews);
  EXPECT_TRUE(fit.combined);
  EXPECT_LT(worst_error(fit, others), 0.05);
  EXPECT_GE(fit.mix.minCoeff(), 0);
}

/// The world's devices and one more, that comes on top: two graphs in three have something of it.
std::vector<FewShotSample> with_curved(World* world, size_t count, double on_top) {
  std::vector<FewShotSample> list = world->samples(count, 2, VectorXd::Ones(kClasses), false);
  for (size_t i = 0; i < count; ++i) {
    const MatrixXd known = list[i].totals;
    list[i].totals = MatrixXd::Zero(kDevices + 1, 2 * kClasses);
    list[i].totals.topRows(kDevices) = known;
    if (i % 3 != 0) list[i].totals(kDevices, 1) = world->uniform(0.2, 1) * list[i].latency_ms;
    list[i].latency_ms += on_top * list[i].totals.row(kDevices).sum();
  }
  return list;
}

const KnownDevices kWithCurved{VectorXd::Constant(kDevices + 1, 0.5), 1};

TEST(FewShot, WhatComesOnTopIsSeenInTenSamples) {
  World world(6, false);
  const FewShotFit fit = fit_few_shot(with_curved(&world, 10, 2), kWithCurved);
  EXPECT_NEAR(fit.mix(kDevices, 1), 2, 0.3);
  EXPECT_EQ(fit.mix(kDevices, 0), fit.mix(kDevices, 1)) << "one factor for all classes";
  EXPECT_LT(worst_error(fit, with_curved(&world, 50, 2)), 0.15);
}

TEST(FewShot, NothingComesOnTopOfAPlatformThatIsAKnownOne) {
  World world(7, false);
  const FewShotFit fit = fit_few_shot(with_curved(&world, 10, 0), kWithCurved);
  EXPECT_LT(fit.mix(kDevices, 1), 0.1);
}

TEST(FewShot, WhatComesOnTopDoesNotExplainAPlatformAlone) {
  World world(8, false);
  std::vector<FewShotSample> samples = with_curved(&world, 10, 0);
  for (FewShotSample& s : samples) s.totals(kDevices, 1) = s.latency_ms;  // as if it could
  const FewShotFit fit = fit_few_shot(samples, kWithCurved);
  EXPECT_LT(device_shares(fit, samples)[kDevices], 0.5);
}

TEST(FewShot, TheViewOfDeadKernelsIsSeen) {
  for (const bool runs_dead : {false, true}) {
    World world(4);
    const VectorXd ones = VectorXd::Ones(kClasses);
    const FewShotFit fit = fit_few_shot(world.samples(10, 1, ones, runs_dead), kUnknownViews);
    EXPECT_NEAR(fit.runs_dead, runs_dead ? 1 : 0, 0.05);
    EXPECT_LT(worst_error(fit, world.samples(30, 1, ones, runs_dead)), 0.1);
  }
}

TEST(FewShot, WithoutDeadKernelsTheDevicesOwnViewDecides) {
  World world(5, false);
  const auto samples = world.samples(10, 1, VectorXd::Ones(kClasses), true);
  EXPECT_GT(fit_few_shot(samples, {VectorXd::Ones(kDevices)}).runs_dead, 0.7);
  EXPECT_LT(fit_few_shot(samples, {VectorXd::Zero(kDevices)}).runs_dead, 0.3);
  EXPECT_NEAR(fit_few_shot(samples, kUnknownViews).runs_dead, 0.5, 1e-9);
}

/// What is left of a graph whose output does not depend on its input, on a platform that folds it.
FewShotSample cut_off(MatrixXd totals) {
  totals.rightCols(kClasses) += totals.leftCols(kClasses);
  totals.leftCols(kClasses).setZero();
  return {totals, 0.003};
}

TEST(FewShot, ASampleWithoutAnythingLiveDoesNotTurnTheView) {
  World world(4);
  auto samples = world.samples(3, 1, VectorXd::Ones(kClasses), false);
  const MatrixXd mix = fit_few_shot(samples, kUnknownViews).mix;
  samples.insert(samples.begin() + 1, cut_off(world.graph()));
  const FewShotFit fit = fit_few_shot(samples, kUnknownViews);
  EXPECT_EQ(fit.mix, mix);
  EXPECT_LT(fit.runs_dead, 0.5);
  EXPECT_EQ(fit.outliers, 0u);
}

TEST(FewShot, SamplesWithoutAnythingLiveAreNotLeftOutBecauseThereIsNothingElse) {
  World world(4);
  const std::vector<FewShotSample> samples = {cut_off(world.graph()), cut_off(world.graph())};
  const FewShotFit fit = fit_few_shot(samples, kUnknownViews);
  EXPECT_TRUE(fit.mix.allFinite());
  EXPECT_GT(fit.runs_dead, 0.5);
}

TEST(FewShot, ADeviceOfTheOtherViewOnlyHasNoPartInACombination) {
  World world(14);
  std::vector<FewShotSample> samples, others;
  for (int i = 0; i < 120; ++i) {
    FewShotSample s{world.graph(), 0};
    const VectorXd near = 0.6 * s.totals.row(0) + 0.02 * s.totals.row(5);
    s.latency_ms = near.head(kClasses).sum();
    // Device 3 is near if it runs all, and spends nothing on the first sample if it does not.
    s.totals.row(3).setZero();
    auto all = i == 0 ? s.totals.row(3).tail(kClasses) : s.totals.row(3).head(kClasses);
    all = near.head(kClasses) * std::exp(world.uniform(-0.06, 0.06));
    (i < 60 ? samples : others).push_back(s);
  }
  const FewShotFit fit = fit_few_shot(samples, kUnknownViews);
  ASSERT_TRUE(fit.combined);
  EXPECT_LT(fit.runs_dead, 0.5);
  EXPECT_EQ(fit.mix.row(3).sum(), 0);
  EXPECT_LT(worst_error(fit, others), 0.1);
}

TEST(FewShot, NoiseIsAboutWhatItIs) {
  World world(6);
  const FewShotFit fit =
      fit_few_shot(world.samples(60, 2, VectorXd::Ones(kClasses), true, 0.08), kUnknownViews);
  EXPECT_GT(fit.noise, 0.03);
  EXPECT_LT(fit.noise, 0.16);
}

TEST(FewShot, AGrossOutlierIsLeftOut) {
  World world(7);
  const VectorXd ones = VectorXd::Ones(kClasses);
  auto samples = world.samples(12, 3, ones, true, 0.02);
  samples[5].latency_ms /= 400;
  const FewShotFit fit = fit_few_shot(samples, kUnknownViews);
  EXPECT_EQ(fit.outliers, 1u);
  EXPECT_LT(worst_error(fit, world.samples(30, 3, ones, true)), 0.15);
}

TEST(FewShot, AThirdOfTheSamplesIsNoOutlier) {
  World world(7);
  auto samples = world.samples(12, 3, VectorXd::Ones(kClasses), true, 0.02);
  for (const size_t i : {0, 4, 7, 9}) samples[i].latency_ms /= 400;
  EXPECT_EQ(fit_few_shot(samples, kUnknownViews).outliers, 0u);
}

TEST(FewShot, SameSamplesSameFit) {
  const auto fit = [] {
    World world(8);
    return fit_few_shot(world.samples(20, 1, VectorXd::Ones(kClasses), true, 0.1), kUnknownViews)
        .mix;
  };
  EXPECT_EQ(fit(), fit());
}

TEST(FewShot, AnyNumberOfSamplesFromOneIsFiniteAndNotNegative) {
  for (size_t n = 1; n <= 12; ++n) {
    World world(9);
    const FewShotFit fit =
        fit_few_shot(world.samples(n, 1, VectorXd::Ones(kClasses), false, 0.3), kUnknownViews);
    EXPECT_TRUE(fit.mix.allFinite()) << n;
    EXPECT_GE(fit.mix.minCoeff(), 0) << n;
  }
}

TEST(FewShot, AThousandSamplesTakeLessThanTwoSeconds) {
  World world(10);
  const auto samples = world.samples(1000, 1, VectorXd::Ones(kClasses), false, 0.1);
  const auto start = std::chrono::steady_clock::now();
  fit_few_shot(samples, kUnknownViews);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(FewShot, AClassThatNoSampleHasKeepsTheDevicesProportions) {
  World world(11, false);
  auto samples = world.samples(6, 2, VectorXd::Constant(kClasses, 2), false);
  for (FewShotSample& s : samples) {
    s.latency_ms -= 2 * s.totals(2, 4);
    s.totals.col(4).setZero();
  }
  const FewShotFit fit = fit_few_shot(samples, kUnknownViews);
  EXPECT_NEAR(fit.mix(2, 4) / fit.mix(2, 3), 1, 0.3);
}

TEST(FewShot, NothingSpentIsRefused) {
  const FewShotSample empty{MatrixXd::Zero(kDevices, 2 * kClasses), 1};
  EXPECT_THROW(fit_few_shot({empty}, kUnknownViews), Error);
}

TEST(FewShot, LeftOutRatiosAreOfFitsToTheOthers) {
  World world(12);
  auto samples = world.samples(10, 2, VectorXd::Ones(kClasses), true);
  samples[3].latency_ms *= 1.5;
  const std::vector<size_t> each_alone = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const auto ratios = left_out_ratios(samples, kUnknownViews, each_alone);
  ASSERT_EQ(ratios.size(), 10u);
  EXPECT_NEAR(ratios[3], 1 / 1.5, 0.05);
  EXPECT_EQ(left_out_ratios(samples, kUnknownViews, {0, 1, 0, 1, 0, 1, 0, 1, 0, 1}).size(), 10u);
}

}  // namespace
}  // namespace tacho
