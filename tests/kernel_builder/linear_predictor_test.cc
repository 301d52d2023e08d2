#include "kernel_builder/linear_predictor.h"

#include <gmock/gmock.h>

#include <numeric>

#include "common/error.h"
#include "graph_ir/graph_builder.h"
#include "kernel_builder/linear_blocks.h"
#include "kernel_builder/linear_bottleneck.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Conv 1×1 4→8 over 2×2: 32 ACTS, 256 FLOPs; max-pool to 1×1: 32 FLOPs; softmax: 40 FLOPs. They
/// write 32, 8 and 8 elements.
LoweredModel small_network() {
  GraphBuilder g("small");
  const ValueId x = g.input({1, 4, 2, 2});
  return lower(g.finish({g.softmax(g.max_pool(g.conv(x, 8, {1, 1}), {2, 2}))}), {});
}

LinearPredictor predictor(double write_weight, std::optional<LowRange> low = {}) {
  LinearPlatform p;
  p.name = "cpu";
  p.law = {1, 10, 0.5, 6};  // ms per ACTS, input and FLOP: large, to be seen at this size
  p.low = low;
  p.band_low = 0.5;
  p.band_high = 2;
  p.batches = {1, 8};
  LinearModel model;
  model.write_weight = write_weight;
  model.platforms = {p};
  return {model, "test"};
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

TEST(LinearTerms, AddWhatKernelsWriteAtItsWeight) {
  Cost cost;
  cost.activations = 100;
  cost.write_bytes = 800;  // 200 elements
  cost.flops = 7;
  EXPECT_EQ(linear_terms(cost, 3, 0).acts, 100);
  EXPECT_EQ(linear_terms(cost, 3, 0.25).acts, 150);
  EXPECT_EQ(linear_terms(cost, 3, 0.25).inputs, 3);
  EXPECT_EQ(linear_terms(cost, 3, 0.25).flops, 7);
}

TEST(LinearPredictor, KernelsTakeTheirOwnShareAndAddUp) {
  const LoweredModel model = small_network();
  ASSERT_EQ(model.kernels.kernels.size(), 3u);
  // conv: 32 · 1 + 256 · 0.5 + INP 16 · 10 + 6/3; max-pool: 32 · 0.5 + 2; softmax: 40 · 0.5 + 2
  const std::vector<double> parts = predictor(0).kernel_ms("cpu", model.graph, model.kernels);
  EXPECT_THAT(parts, ElementsAre(322, 18, 22));
  EXPECT_DOUBLE_EQ(predictor(0).latency_ms("cpu", totals_of(model.graph, model.kernels)), 362);
}

TEST(LinearPredictor, KernelsAddUpInTheLowRangeToo) {
  const LoweredModel model = small_network();
  const LinearPredictor low = predictor(0.25, LowRange{0.5, 1000});
  const double whole = low.latency_ms("cpu", totals_of(model.graph, model.kernels));
  EXPECT_DOUBLE_EQ(whole, 0.5 * (362 + 0.25 * 48) + 1000);
  EXPECT_NEAR(sum(low.kernel_ms("cpu", model.graph, model.kernels)), whole, 1e-9);
}

TEST(LinearPredictor, PredictionsCarryBandAndBatches) {
  const std::vector<Prediction> all = predictor(0).predict(small_network(), {{}, true});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_DOUBLE_EQ(all[0].latency_ms, 362);
  EXPECT_DOUBLE_EQ(all[0].lower_ms, 181);
  EXPECT_DOUBLE_EQ(all[0].upper_ms, 724);
  EXPECT_EQ(all[0].measured.high, 8);
  EXPECT_EQ(all[0].kernel_ms.size(), 3u);
  EXPECT_THROW(predictor(0).predict(small_network(), {{"gpu"}, false}), Error);
}

TEST(Bottleneck, BlocksAddUpToThePrediction) {
  for (const char* text :
       {"block:basic-hw8-cin8-cout16-k3-s2-e1", "block:mbconv-hw8-cin8-cout8-k3-s1-e4"}) {
    const LoweredModel model = lower(build_block(parse_block(text), 2), {});
    const LinearPredictor p = predictor(0.25);
    double ms = 0;
    for (const BlockCost& c : block_costs(p, "cpu", model)) ms += c.ms;
    EXPECT_NEAR(ms, p.latency_ms("cpu", totals_of(model.graph, model.kernels)), 1e-9 * ms);
  }
}

TEST(Bottleneck, TheLargerTermNamesTheBound) {
  const std::vector<BlockCost> costs = block_costs(predictor(0), "cpu", small_network());
  ASSERT_EQ(costs.size(), 3u);
  EXPECT_EQ(costs[0].bound, "compute");  // 128 ms of FLOPs against 32 of ACTS
  EXPECT_DOUBLE_EQ(costs[0].acts_ms, 32);
  EXPECT_DOUBLE_EQ(costs[0].flops_ms, 128);
  EXPECT_DOUBLE_EQ(costs[0].intensity, 8);  // above the ridge of 1 / 0.5
  EXPECT_EQ(costs[0].kernels, "conv");
}

}  // namespace
}  // namespace tacho
