#include "gnn/serve/band.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace tacho {
namespace {

/// Errors whose size follows tau + spread, as the bands suppose; heavier tails than a normal law's.
std::vector<BandSample> samples(size_t count, double tau, double most_spread,
                                std::mt19937_64& random) {
  std::student_t_distribution<double> error(4);
  std::uniform_real_distribution<double> spread(0, most_spread);
  std::vector<BandSample> result;
  for (size_t i = 0; i < count; ++i) {
    BandSample sample;
    sample.spread = most_spread > 0 ? spread(random) : 0;
    sample.log_error = std::abs(error(random)) * (tau + sample.spread);
    result.push_back(sample);
  }
  return result;
}

double coverage(const Band& band, const std::vector<BandSample>& tested) {
  double held = 0;
  for (const BandSample& s : tested) {
    if (std::exp(s.log_error) <= band.factor(s.spread)) held += 1;
  }
  return held / static_cast<double>(tested.size());
}

TEST(ConformalQuantile, IsTheRankThatPromisesTheCoverage) {
  const auto of = [](size_t count) {
    std::vector<double> values;
    for (size_t i = count; i > 0; --i) values.push_back(static_cast<double>(i));
    return conformal_quantile(values);
  };
  EXPECT_EQ(of(9), 9);
  EXPECT_EQ(of(10), 10);
  EXPECT_EQ(of(19), 18);
  EXPECT_EQ(of(99), 90);
  EXPECT_EQ(of(1), 1) << "as far as it goes";
}

TEST(ConformalBands, HoldNineInTenOfWhatTheyDidNotSee) {
  for (const double most_spread : {0.0, 0.2}) {
    std::mt19937_64 random(1);
    double sum = 0;
    for (int trial = 0; trial < 40; ++trial) {
      const Band band = conformal_bands({samples(60, 0.05, most_spread, random)})[0];
      sum += coverage(band, samples(500, 0.05, most_spread, random)) / 40;
    }
    EXPECT_GT(sum, 0.85);
    EXPECT_LT(sum, 0.95);
  }
}

TEST(ConformalBands, APlatformWithFewRowsTakesTheScoresOfAll) {
  std::mt19937_64 random(2);
  const std::vector<BandSample> many = samples(400, 0.02, 0, random);
  const std::vector<BandSample> few = samples(10, 0.2, 0, random);
  const std::vector<Band> bands = conformal_bands({many, few, {}});
  EXPECT_NEAR(bands[1].q, bands[0].q, 0.2 * bands[0].q);
  EXPECT_GT(bands[1].tau, 4 * bands[0].tau) << "its own";
  EXPECT_FALSE(bands[2].is_known());
}

TEST(Band, WidensWithTheSpreadAndIsConstantWithoutOne) {
  const Band band{0.05, 3};
  EXPECT_DOUBLE_EQ(band.factor(), std::exp(0.15));
  EXPECT_DOUBLE_EQ(band.factor(0.1), std::exp(0.45));
  EXPECT_TRUE(std::isinf(Band{}.factor()));
}

TEST(Band, SurvivesPredictionsWithoutError) {
  const Band band = conformal_bands({std::vector<BandSample>(30)})[0];
  EXPECT_TRUE(band.is_known());
  EXPECT_GE(band.factor(), 1);
  EXPECT_LT(band.factor(), 1.001);
}

TEST(BandFromFew, HoldsNineInTenHoweverFew) {
  std::normal_distribution<double> error(0, 0.1);
  for (const size_t count : {3, 5, 8, 9, 15, 40}) {
    std::mt19937_64 random(count);
    double held = 0;
    const int trials = 4000;
    for (int trial = 0; trial < trials; ++trial) {
      std::vector<double> errors;
      for (size_t i = 0; i < count; ++i) errors.push_back(std::abs(error(random)));
      if (std::exp(std::abs(error(random))) <= band_from_few(errors).factor()) held += 1;
    }
    EXPECT_GT(held / trials, 0.87) << count;
    EXPECT_LT(held / trials, 0.94) << count;
  }
}

}  // namespace
}  // namespace tacho
