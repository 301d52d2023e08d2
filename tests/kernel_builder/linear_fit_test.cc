#include "kernel_builder/linear_fit.h"

#include <gmock/gmock.h>

#include <cmath>

#include "common/error.h"

namespace tacho {
namespace {

/// Networks from small to large whose three counts are not proportional to each other.
std::vector<LinearTerms> networks(int count) {
  std::vector<LinearTerms> terms;
  for (int i = 0; i < count; ++i) {
    const double size = std::pow(1.3, i);
    terms.push_back({1e5 * size * (1 + i % 3), 1e4 * (1 + i % 5), 2e6 * size * (1 + i % 2)});
  }
  return terms;
}

constexpr LinearLaw kLaw = {2e-6, 3e-5, 4e-9, 0.5};

std::vector<LinearSample> samples_of(const LinearLaw& law, int count) {
  std::vector<LinearSample> samples;
  for (const LinearTerms& terms : networks(count)) samples.push_back({terms, law(terms)});
  return samples;
}

void expect_law(const LinearLaw& found, const LinearLaw& wanted, double tolerance) {
  EXPECT_NEAR(found.ms_per_act / wanted.ms_per_act, 1, tolerance);
  EXPECT_NEAR(found.ms_per_input / wanted.ms_per_input, 1, tolerance);
  EXPECT_NEAR(found.ms_per_flop / wanted.ms_per_flop, 1, tolerance);
  EXPECT_NEAR(found.constant_ms / wanted.constant_ms, 1, tolerance);
}

TEST(LinearFit, RecoversKnownCoefficients) {
  for (const auto objective : {LinearObjective::kRelative, LinearObjective::kAbsolute}) {
    expect_law(fit_law(samples_of(kLaw, 20), objective), kLaw, 1e-5);
  }
}

TEST(LinearFit, AFewNetworksThatNoLawExplainsDoNotBendTheRelativeFit) {
  std::vector<LinearSample> samples = samples_of(kLaw, 30);
  for (const size_t i : {4u, 11u, 17u, 26u}) samples[i].latency_ms *= 4;
  expect_law(fit_law(samples, LinearObjective::kRelative), kLaw, 0.05);
  // Squares of milliseconds, in contrast, follow the largest of them.
  const LinearLaw bent = fit_law(samples, LinearObjective::kAbsolute);
  EXPECT_GT(bent.ms_per_act + bent.ms_per_flop * 20,
            1.2 * (kLaw.ms_per_act + kLaw.ms_per_flop * 20));
}

TEST(LinearFit, ACoefficientThatWouldBeNegativeIsZero) {
  std::vector<LinearSample> samples = samples_of({2e-6, 0, 4e-9, 0}, 20);
  for (LinearSample& s : samples)
    s.latency_ms *= 1 - 1e-6 * s.terms.inputs;  // more input is faster
  const LinearLaw law = fit_law(samples, LinearObjective::kRelative);
  EXPECT_EQ(law.ms_per_input, 0);
  EXPECT_GT(law.ms_per_act, 0);
}

TEST(LinearFit, RecoversTwoRanges) {
  // Below 3 ms a network takes 0.25 of the law and 2.25 ms: at the breakpoint both say 3 ms.
  LinearPlatform truth;
  truth.law = kLaw;
  truth.low = LowRange{0.25, 2.25};
  std::vector<LinearSample> samples;
  for (const LinearTerms& terms : networks(40)) samples.push_back({terms, truth.latency_ms(terms)});
  const LinearPlatform found = fit_linear(samples, {LinearObjective::kRelative, true});
  ASSERT_TRUE(found.low.has_value());
  EXPECT_NEAR(found.low->slope, 0.25, 1e-3);
  EXPECT_NEAR(found.low->offset_ms, 2.25, 1e-2);
  EXPECT_NEAR(found.low->breakpoint_ms(), 3, 1e-2);
  expect_law(found.law, kLaw, 1e-2);
  EXPECT_LT(found.training_median_error, 1e-3);
}

TEST(LinearFit, OneRangeStaysOneRange) {
  EXPECT_FALSE(fit_linear(samples_of(kLaw, 40), {LinearObjective::kRelative, true}).low);
}

TEST(LinearFit, TheTwoRangesMeetAtTheBreakpointAndNeverFall) {
  LinearPlatform p;
  p.law = {1e-6, 0, 0, 0};
  p.low = LowRange{0.5, 1};  // they meet at 2 ms
  EXPECT_DOUBLE_EQ(p.low->breakpoint_ms(), 2);
  EXPECT_DOUBLE_EQ(p.latency_ms({0, 0, 0}), 1);
  EXPECT_DOUBLE_EQ(p.latency_ms({1e6, 0, 0}), 1.5);
  EXPECT_DOUBLE_EQ(p.latency_ms({2e6, 0, 0}), 2);
  EXPECT_DOUBLE_EQ(p.latency_ms({3e6, 0, 0}), 3);
  EXPECT_TRUE(p.in_low_range({1e6, 0, 0}));
  EXPECT_FALSE(p.in_low_range({3e6, 0, 0}));
}

TEST(LinearFit, SaysWhatBoundsThePlatform) {
  const LinearPlatform p = fit_linear(samples_of({2e-6, 0, 1e-12, 1e-3}, 20), {});
  EXPECT_NEAR(p.shares.acts + p.shares.inputs + p.shares.flops + p.shares.constant, 1, 1e-9);
  EXPECT_EQ(p.shares.bound(), "memory");
  EXPECT_EQ(fit_linear(samples_of({1e-9, 0, 4e-9, 1e-3}, 20), {}).shares.bound(), "compute");
  EXPECT_EQ(fit_linear(samples_of({1e-9, 0, 1e-12, 10}, 20), {}).shares.bound(), "overhead");
  EXPECT_DOUBLE_EQ((LinearLaw{2e-6, 0, 4e-9, 0}).ridge(), 500);
  EXPECT_TRUE(std::isinf((LinearLaw{2e-6, 0, 0, 0}).ridge()));
}

TEST(LinearFit, TheBandIsThatOfTheTrainingRows) {
  std::vector<LinearSample> samples = samples_of(kLaw, 21);
  const LinearPlatform exact = fit_linear(samples, {});
  EXPECT_NEAR(exact.band_low, 1, 1e-4);
  EXPECT_NEAR(exact.band_high, 1, 1e-4);
}

TEST(LinearFit, WhatIsNoLineIsAnError) {
  const auto message_of = [](const std::vector<LinearSample>& samples) -> std::string {
    try {
      fit_linear(samples, {});
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_THAT(message_of({}), ::testing::HasSubstr("no measurement"));
  EXPECT_THAT(message_of({{{1, 1, 1}, 2}}), ::testing::HasSubstr("one measurement is no line"));
  EXPECT_THAT(message_of({{{1, 1, 1}, 2}, {{1, 1, 1}, 3}}),
              ::testing::HasSubstr("all 2 measurements are of one size"));
  EXPECT_THAT(message_of({{{1, 1, 1}, 2}, {{2, 1, 1}, 0}}),
              ::testing::HasSubstr("must be positive"));
}

}  // namespace
}  // namespace tacho
