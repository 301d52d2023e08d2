#include "gnn/train/torch_ops.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace tacho {
namespace {

using torch::Tensor;

Tensor integers(std::vector<int32_t> values) { return torch::tensor(values, torch::kInt32); }

/// Kernels 0 → 2, 1 → 2, 2 → 3; kernel 4 alone.
TorchNeighbours small_graph() {
  return {integers({0, 0, 0, 2, 3, 3}), integers({0, 1, 2}), integers({0, 1, 2, 3, 3, 3}),
          integers({2, 2, 3})};
}

/// The gradient of `function` at x by central differences, against autograd's.
void expect_gradient(const Tensor& at, const std::function<Tensor(const Tensor&)>& function) {
  Tensor x = at.clone().set_requires_grad(true);
  const Tensor analytic = torch::autograd::grad({function(x)}, {x})[0];
  const torch::NoGradGuard no_gradients;
  const double step = 1e-2;  // the operations are linear: a large step only lowers rounding errors
  for (int64_t i = 0; i < at.numel(); ++i) {
    Tensor up = at.clone();
    Tensor down = at.clone();
    up.view({-1})[i] += step;
    down.view({-1})[i] -= step;
    const double numeric = (function(up) - function(down)).item<double>() / (2 * step);
    EXPECT_NEAR(analytic.reshape({-1})[i].item<double>(), numeric, 1e-3 * (1 + std::abs(numeric)))
        << i;
  }
}

TEST(Neighbourhood, TakesMeansOfBothSides) {
  const Tensor x = torch::tensor({1.0f, 3.0f, 5.0f, 7.0f, 9.0f}).view({5, 1});
  const Tensor out = neighbourhood(x, small_graph());
  const Tensor expected = torch::tensor(
      {1.0f, 0.0f, 5.0f, 3.0f, 0.0f, 5.0f, 5.0f, 2.0f, 7.0f, 7.0f, 5.0f, 0.0f, 9.0f, 0.0f, 0.0f});
  EXPECT_TRUE(torch::equal(out.reshape({-1}), expected)) << out;
}

TEST(Neighbourhood, GradientIsTheNumericalOne) {
  torch::manual_seed(1);
  const Tensor weight = torch::randn({5, 9});
  expect_gradient(torch::randn({5, 3}), [&](const Tensor& x) {
    return (neighbourhood(x, small_graph()) * weight).sum();
  });
}

// Rows that stand for several kernels: 0 stands twice before 1, which is once behind 0.
TEST(Neighbourhood, GradientOfListsThatAreNotEachOthersTranspose) {
  torch::manual_seed(3);
  const TorchNeighbours merged{integers({0, 0, 3, 3}), integers({0, 0, 2}), integers({0, 1, 1, 3}),
                               integers({1, 1, 0})};
  const Tensor weight = torch::randn({3, 6});
  expect_gradient(torch::randn({3, 2}),
                  [&](const Tensor& x) { return (neighbourhood(x, merged) * weight).sum(); });
}

TEST(WeightedSegmentSum, RepeatsTheCostsOverTheColumns) {
  const Tensor x = torch::ones({3, 5});
  const Tensor costs = torch::tensor({1.0f, 2.0f, 10.0f, 20.0f, 100.0f, 200.0f}).view({3, 2});
  const Tensor out = weighted_segment_sum(x, costs, integers({0, 2, 3}));
  const Tensor expected =
      torch::tensor({11.0f, 22.0f, 11.0f, 22.0f, 11.0f, 100.0f, 200.0f, 100.0f, 200.0f, 100.0f});
  EXPECT_TRUE(torch::equal(out.reshape({-1}), expected)) << out;
}

TEST(WeightedSegmentSum, WithoutCostsIsThePlainSum) {
  const Tensor x = torch::tensor({1.0f, 2.0f, 3.0f, 4.0f}).view({4, 1});
  const Tensor out = weighted_segment_sum(x, {}, integers({0, 1, 1, 4}));
  EXPECT_TRUE(torch::equal(out.reshape({-1}), torch::tensor({1.0f, 0.0f, 9.0f}))) << out;
}

TEST(WeightedSegmentSum, GradientIsTheNumericalOne) {
  torch::manual_seed(2);
  const Tensor costs = torch::rand({4, 2});
  const Tensor weight = torch::randn({2, 3});
  expect_gradient(torch::randn({4, 3}), [&](const Tensor& x) {
    return (weighted_segment_sum(x, costs, integers({0, 3, 4})) * weight).sum();
  });
}

}  // namespace
}  // namespace tacho
